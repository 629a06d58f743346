package dev.sidecarsizer.store;

/** Keeps in memory what one kind of object says. Told by one thread at a time, asked by any. */
interface Remembered {

    /** Takes in a new or changed object. Never throws: what cannot be read is noted as a fault. */
    void remember(StoredObject object);

    /** Drops what was read from the object, named as in {@link StoredObject#path()}. */
    void forget(String path);
}
