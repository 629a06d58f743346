package dev.sidecarsizer.patch;

import java.util.List;
import java.util.stream.Stream;

/** The words that a decision annotation can have for what becomes of the parts beside memory. */
public final class Outcomes {

    private Outcomes() {}

    public static List<String> ofOverload() {
        return names(Overload.Outcome.values());
    }

    public static List<String> ofIdleTimeout() {
        return names(IdleTimeout.Outcome.values());
    }

    private static List<String> names(Enum<?>[] words) {
        return Stream.of(words).map(Enum::name).toList();
    }
}
