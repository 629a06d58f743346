package dev.sidecarsizer.collect;

import java.util.LinkedHashMap;
import java.util.Map;

/** Maps that hold so many and no more: what was used the longest ago is forgotten first. */
final class LastUsed {

    private LastUsed() {}

    static <K, V> Map<K, V> of(int most) {
        return new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > most;
            }
        };
    }
}
