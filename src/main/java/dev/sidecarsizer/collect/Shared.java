package dev.sidecarsizer.collect;

import java.lang.ref.WeakReference;
import java.util.WeakHashMap;

/**
 * Holds equal values once, for as long as anybody holds them: thousands of pods share the labels and the names of their
 * workload, but each comes with a copy of its own.
 */
public final class Shared {

    private final WeakHashMap<Object, WeakReference<Object>> held = new WeakHashMap<>();

    /** The value equal to this one that was given first. It must never change. */
    @SuppressWarnings("unchecked")
    public synchronized <T> T one(T value) {
        WeakReference<Object> known = held.get(value);
        Object first = known == null ? null : known.get();
        if (first != null) {
            return (T) first;
        }
        held.put(value, new WeakReference<>(value));
        return value;
    }

    /** How many there are. */
    public synchronized int size() {
        return held.size();
    }
}
