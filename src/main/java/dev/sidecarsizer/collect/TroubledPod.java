package dev.sidecarsizer.collect;

import dev.sidecarsizer.guard.OomLoop.Course;
import dev.sidecarsizer.guard.OomLoop.Trouble;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One pod in trouble, and where we are with it. */
final class TroubledPod {

    /** Twice an hour, as the alert looks back. */
    private static final Duration BEFORE_TOLD_AGAIN = Duration.ofMinutes(30);

    final LivePod pod;
    Course course = Course.BEGIN;
    Instant notBefore;

    /** Whether there were enough actions when it was its turn. */
    boolean limited;

    private @Nullable Told told;

    TroubledPod(LivePod pod, Instant notBefore) {
        this.pod = pod;
        this.notBefore = notBefore;
    }

    /** What was told of it: which trouble, after which kill or when, and whether more memory was known to help. */
    private record Told(Trouble trouble, Instant since, boolean helps) {}

    boolean isOpen(Instant now) {
        return !now.isBefore(notBefore)
                && (course.asked() != null || course.trouble(now).isPresent());
    }

    /**
     * Notes what is known of it now.
     *
     * @param helps whether more memory is known to help
     * @return whether that is news
     */
    boolean found(Trouble trouble, boolean helps, Instant now) {
        Told word = new Told(trouble, since(trouble, now), helps);
        boolean news = !word.equals(told);
        told = word;
        return news;
    }

    /** Whether what was found was so for that long. */
    boolean isFoundFor(Duration time, Instant now) {
        return told != null && !now.isBefore(told.since().plus(time));
    }

    /** Each kill is news; that traffic is still refused is, after a while. */
    private Instant since(Trouble trouble, Instant now) {
        if (trouble == Trouble.KILLED) {
            return course.kills().getLast();
        }
        return told == null || told.trouble() != trouble || isFoundFor(BEFORE_TOLD_AGAIN, now) ? now : told.since();
    }
}
