package dev.sidecarsizer.advice;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.profile.Finding.Confidence;
import dev.sidecarsizer.profile.Finding.Evidence;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One cause, and how it is told. Pure: the same is known, the same is answered. */
interface Rule {

    Answer judge(Known known);

    /** What a rule says. */
    sealed interface Answer {

        /** It is so; fields as in {@link dev.sidecarsizer.profile.Finding}. */
        record Found(@Nullable Bytes size, Confidence confidence, String message, List<Evidence> evidence, String fix)
                implements Answer {}

        /** It is not. */
        record Healthy() implements Answer {}

        /** That cannot be told for want of these. */
        record Unknown(List<String> lacks) implements Answer {}
    }

    /** It is so, by numbers that were measured. */
    static Answer found(@Nullable Bytes size, String message, List<Evidence> evidence, String fix) {
        return new Answer.Found(size, Confidence.MEASURED, message, evidence, fix);
    }

    static Answer healthy() {
        return new Answer.Healthy();
    }

    /** What of {@code needs} is missing. */
    static Answer lacks(Need... needs) {
        return new Answer.Unknown(Stream.of(needs)
                .filter(need -> need.value() == null)
                .map(Need::what)
                .toList());
    }

    /** Something without which a rule cannot judge. */
    record Need(String what, @Nullable Object value) {}
}
