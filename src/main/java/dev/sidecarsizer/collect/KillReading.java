package dev.sidecarsizer.collect;

import dev.sidecarsizer.collect.Pods.Known;
import dev.sidecarsizer.collect.UsageSource.Kill;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToIntBiFunction;
import org.jspecify.annotations.Nullable;

/** Asks the source for kernel kills once the windows are read that say whose the pods were. */
final class KillReading {

    private static final Duration DAY = Duration.ofDays(1);

    /**
     * A time whose kills are not known.
     *
     * @param until belongs to it
     */
    record Span(Instant after, Instant until) {

        /** From the beginning of the first to the end of the last. */
        Span with(@Nullable Span other) {
            return other == null
                    ? this
                    : new Span(
                            after.isBefore(other.after) ? after : other.after,
                            until.isAfter(other.until) ? until : other.until);
        }
    }

    private final UsageSource source;
    private final Pods pods;
    private final AtomicLong counter;

    /**
     * @param counter of new kills
     */
    KillReading(UsageSource source, Pods pods, AtomicLong counter) {
        this.source = source;
        this.pods = pods;
        this.counter = counter;
    }

    /** Whose the pods were is remembered for a day: for two weeks of a large mesh it would be too much. */
    static boolean isTime(Instant known, Instant end) {
        return Duration.between(known, end).compareTo(DAY) >= 0;
    }

    /**
     * Hands on the kills between the two.
     *
     * @param taker takes them, and until when these are all; returns how many are new
     * @return until when they are known
     * @throws SourceFailed where they cannot be read
     */
    Instant read(Instant after, Instant until, ToIntBiFunction<List<Kill>, Instant> taker) {
        if (!until.isAfter(after)) {
            return after;
        }
        counter.addAndGet(taker.applyAsInt(ofGone(after, until), until));
        return until;
    }

    /** Those of a pod that lives are told by its status. */
    private List<Kill> ofGone(Instant after, Instant until) {
        return source.kills(after, until).stream()
                .filter(kill -> !(pods.find(kill.pod()) instanceof Known.Ours ours && ours.lives()))
                .toList();
    }
}
