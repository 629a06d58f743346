package dev.sidecarsizer.store;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.profile.DecisionTally;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Adds tallies to the {@code status.decisions} that an object has: the counts sum up, the later circumstances stand.
 * Beyond what the schema allows the decision not seen for longest is dropped.
 *
 * <p>Works on the untyped list, so that fields of a newer version survive.
 */
final class DecisionMerge {

    private DecisionMerge() {}

    static List<Map<String, Object>> add(@Nullable Object stored, List<DecisionTally> tallies) {
        List<Map<String, Object>> merged = copy(stored);
        for (DecisionTally tally : tallies) {
            Map<String, Object> entry = find(merged, tally);
            if (entry == null) {
                entry = new LinkedHashMap<>();
                entry.put("mode", tally.mode().toString());
                entry.put("decision", tally.decision());
                entry.put("reason", tally.reason());
                merged.add(entry);
            }
            add(entry, tally);
        }
        merged.sort(Comparator.comparing(DecisionMerge::lastSeen).reversed());
        return merged.size() > DecisionTally.MOST ? new ArrayList<>(merged.subList(0, DecisionTally.MOST)) : merged;
    }

    private static void add(Map<String, Object> entry, DecisionTally tally) {
        long before = entry.get("count") instanceof Number count ? count.longValue() : 0;
        long sum = before + tally.count();
        entry.put("count", sum < 0 ? Long.MAX_VALUE : sum);
        if (tally.lastSeen().truncatedTo(ChronoUnit.SECONDS).isBefore(lastSeen(entry))) {
            return;
        }
        entry.put("lastSeen", tally.lastSeen().truncatedTo(ChronoUnit.SECONDS).toString());
        put(entry, "before", tally.before());
        put(entry, "after", tally.after());
    }

    private static void put(Map<String, Object> entry, String field, @Nullable Memory memory) {
        if (memory == null) {
            entry.remove(field);
            return;
        }
        Map<String, Object> amounts = new LinkedHashMap<>();
        put(amounts, "memoryRequest", memory.request());
        put(amounts, "memoryLimit", memory.limit());
        entry.put(field, amounts);
    }

    private static void put(Map<String, Object> amounts, String field, @Nullable Bytes bytes) {
        if (bytes != null) {
            amounts.put(field, bytes.toString());
        }
    }

    private static @Nullable Map<String, Object> find(List<Map<String, Object>> entries, DecisionTally tally) {
        for (Map<String, Object> entry : entries) {
            if (tally.mode().toString().equals(entry.get("mode"))
                    && tally.decision().equals(entry.get("decision"))
                    && tally.reason().equals(entry.get("reason"))) {
                return entry;
            }
        }
        return null;
    }

    private static List<Map<String, Object>> copy(@Nullable Object stored) {
        List<Map<String, Object>> copy = new ArrayList<>();
        if (stored instanceof List<?> list) {
            for (Object item : list) {
                if (item instanceof Map<?, ?> fields) {
                    Map<String, Object> entry = new LinkedHashMap<>();
                    fields.forEach((name, value) -> entry.put(String.valueOf(name), number(value)));
                    copy.add(entry);
                }
            }
        }
        return copy;
    }

    /** Whole numbers are longs, as {@link #add} writes them: two lists that say the same must be equal. */
    private static Object number(@Nullable Object value) {
        return value instanceof Integer small ? (Long) small.longValue() : Objects.requireNonNull(value);
    }

    private static Instant lastSeen(Map<String, Object> entry) {
        try {
            return Instant.parse(String.valueOf(entry.get("lastSeen")));
        } catch (java.time.format.DateTimeParseException unreadable) {
            return Instant.EPOCH;
        }
    }
}
