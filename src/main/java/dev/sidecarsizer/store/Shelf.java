package dev.sidecarsizer.store;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What was read from objects, by what it is looked up by. Reading takes one look into a hash table and never waits;
 * writers take turns. Two objects that speak for the same key stand in the order of their names.
 *
 * @param <K> what is looked up by
 * @param <V> what was read
 */
final class Shelf<K, V> {

    private final Map<K, List<Placed<V>>> placed = new ConcurrentHashMap<>();
    private final Map<String, K> keys = new HashMap<>();

    private record Placed<V>(String object, V value) {}

    /** Puts what was read from {@code object}, in place of what was read from it before. */
    synchronized void put(String object, K key, V value) {
        K before = keys.put(object, key);
        if (before != null && !before.equals(key)) {
            take(object, before);
        }
        placed.compute(key, (same, list) -> with(list, new Placed<>(object, value)));
    }

    synchronized void remove(String object) {
        K key = keys.remove(object);
        if (key != null) {
            take(object, key);
        }
    }

    synchronized void clear() {
        keys.clear();
        placed.clear();
    }

    /** All that stands under {@code key}, by the names of the objects. */
    List<V> all(K key) {
        List<Placed<V>> list = placed.get(key);
        return list == null ? List.of() : list.stream().map(Placed::value).toList();
    }

    /** The first that stands under {@code key}. */
    @Nullable
    V first(K key) {
        List<Placed<V>> list = placed.get(key);
        return list == null ? null : list.getFirst().value();
    }

    boolean has(K key) {
        return placed.containsKey(key);
    }

    synchronized int size() {
        return keys.size();
    }

    private void take(String object, K key) {
        placed.computeIfPresent(key, (same, list) -> {
            List<Placed<V>> rest =
                    list.stream().filter(one -> !one.object().equals(object)).toList();
            return rest.isEmpty() ? null : rest;
        });
    }

    private static <V> List<Placed<V>> with(@Nullable List<Placed<V>> list, Placed<V> added) {
        if (list == null) {
            return List.of(added);
        }
        List<Placed<V>> all = new ArrayList<>(list);
        all.removeIf(one -> one.object().equals(added.object()));
        all.add(added);
        all.sort(Comparator.comparing(Placed::object));
        return List.copyOf(all);
    }
}
