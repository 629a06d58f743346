package dev.sidecarsizer.store;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * When an owner was told of each kind of finding last, as an annotation of the workload's history: a finding that comes and
 * goes is told no more than once a day, whoever leads. One word a kind, such as {@code NearLimit=2026-11-20T12:00:00Z}.
 */
record ToldDays(Map<String, Instant> last) {

    static final String ANNOTATION = "sidecar-sizer.dev/told";
    static final ToldDays NONE = new ToldDays(Map.of());

    private static final Duration BETWEEN = Duration.ofDays(1);

    static ToldDays of(@Nullable Map<String, String> annotations) {
        Map<String, Instant> last = new TreeMap<>();
        String noted = annotations == null ? null : annotations.get(ANNOTATION);
        for (String word : noted == null ? new String[0] : noted.split(" ")) {
            String[] parts = word.split("=", 2);
            try {
                last.put(parts[0], Instant.parse(parts[parts.length - 1]));
            } catch (DateTimeParseException strange) {
                // somebody else's word: told once more at worst
                last.remove(parts[0]);
            }
        }
        return new ToldDays(last);
    }

    boolean isEmpty() {
        return last.isEmpty();
    }

    /** Whether it may be told again. */
    boolean isOver(String kind, Instant now) {
        Instant before = last.get(kind);
        return before == null || !now.isBefore(before.plus(BETWEEN));
    }

    /** With these told now, and without those of which it does not matter any more. */
    ToldDays with(Collection<String> kinds, Instant now) {
        Map<String, Instant> after = new TreeMap<>(last);
        after.keySet().removeIf(kind -> isOver(kind, now));
        kinds.forEach(kind -> after.put(kind, now));
        return new ToldDays(after);
    }

    Map<String, String> annotations() {
        return new LinkedHashMap<>(Map.of(
                ANNOTATION,
                last.entrySet().stream()
                        .map(one -> one.getKey() + "=" + ProfileStatus.time(one.getValue()))
                        .collect(Collectors.joining(" "))));
    }
}
