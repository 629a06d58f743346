package dev.sidecarsizer.store;

/** Is told of profiles as they come and go, for people to look at. Told by one thread at a time; should be quick. */
public interface Onlooker {

    /** Looks away. */
    Onlooker NONE = new Onlooker() {
        @Override
        public void sees(StoredProfile profile) {}

        @Override
        public void misses(String path) {}
    };

    /** A profile is new or has changed. */
    void sees(StoredProfile profile);

    /**
     * A profile is gone, or cannot be read any more.
     *
     * @param path its {@code namespace/name}
     */
    void misses(String path);
}
