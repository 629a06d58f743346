package dev.sidecarsizer.guard;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.profile.Verdict;
import dev.sidecarsizer.profile.Verdict.Raise;
import dev.sidecarsizer.profile.Verdict.Withdraw;
import dev.sidecarsizer.profile.history.Trial;
import dev.sidecarsizer.profile.history.Trial.Ended;
import dev.sidecarsizer.profile.history.Trial.Past;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Changes sizing where it does harm: a workload's sized pods are held against its own past and against its pods that we did
 * not size.
 *
 * <ul>
 *   <li>Kernel kills: at least {@value #FEWEST} of sized pods within {@link #WINDOW}, and more than {@value #TIMES_PAST} times
 *       as many as pods that we did not size would have had, by the hours that such ran. One kill, or two, is noise, and so
 *       are those of a single pod among others that we sized.
 *   <li>Restarts for another reason, by the same measure, where those within {@link #SPELL} are one: a node that goes down
 *       takes many pods with it.
 *   <li>Readiness: at least {@value #FEWEST} sized pods that never became ready, while none that we sized is, and none is
 *       stuck that we did not; or fewer, of which one waits for half an hour beside one that is ready and that we did not size.
 *   <li>Refused traffic: for {@link #SHEDS_FOR} half of the sized pods or more, and none that we did not size.
 * </ul>
 *
 * Where memory is the cure and the ceiling leaves room, limits are raised, for as long as a kernel kill is remembered: by half
 * where traffic is refused, as often as it is; where pods are killed, once. What a raise did not end is withdrawn. That stays so
 * for a day, then it is tried again; each time in a row for twice as long, up to a week. Four weeks without make the next time a
 * first one.
 */
public final class Guard {

    /** In which kills count together. */
    static final Duration WINDOW = Duration.ofHours(6);

    /** Restarts that are no further apart have one cause. */
    static final Duration SPELL = Duration.ofMinutes(5);

    /** Beyond the hour that a proxy's own share is of. */
    static final Duration SHEDS_FOR = Duration.ofHours(1);

    private static final int FEWEST = 3;
    private static final int TIMES_PAST = 3;
    private static final double RAISE = 1.5;
    private static final Duration RAISED = Duration.ofDays(14);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration FIRST = Duration.ofDays(1);
    private static final Duration LONGEST = Duration.ofDays(7);
    private static final Duration FORGIVEN = Duration.ofDays(28);
    private static final Duration HALF_LIFE = Duration.ofDays(14);

    /** Between two counts; a leader that was away longer has not seen what ran meanwhile. */
    private static final Duration LONGEST_COUNT = Duration.ofMinutes(15);

    private Guard() {}

    /**
     * The pods of one workload that are there now.
     *
     * @param sized that run, and that we sized
     * @param others that run, and that we did not
     * @param stuck that we sized and that never became ready, where others of the workload say that it is no fault of theirs
     * @param lasting whether one of these waits for half an hour, while one that we did not size is ready
     * @param shedding which of them refuse traffic; {@code null} where nobody looked since the last count
     * @param limit least that one may use that we sized; {@code null} where not known
     * @param ceiling what the policy allows at most; {@code null} where not known
     */
    public record Seen(
            int sized,
            int others,
            int stuck,
            boolean lasting,
            @Nullable Shedding shedding,
            @Nullable Bytes limit,
            @Nullable Bytes ceiling) {}

    /**
     * Pods that were looked into.
     *
     * @param sized that we sized, after {@link #judgedUntil}
     * @param refuse of these, which refuse traffic
     * @param others that we did not size and that refuse traffic too
     */
    public record Shedding(int sized, int refuse, int others) {}

    /**
     * The end of one pod's proxy.
     *
     * @param uid of the pod
     * @param sized whether we sized it
     * @param created when it was
     * @param at when its proxy ended, by a clock that may be wrong
     */
    public record Death(String uid, boolean sized, Instant created, Instant at) {}

    /** What speaks against sizing, and whether memory is the cure. */
    private record Harm(Kind kind, String why) {}

    private enum Kind {
        KILLS,
        RESTARTS,
        READINESS,
        SHEDDING
    }

    /**
     * Takes in a kernel kill. Of a pod that we did not size it counts only where it came since the last count, and while there
     * are counts: the hours before these do not count either. Of a sized pod it counts only where the pod came after sizing was
     * last changed: what an earlier size did is judged already.
     */
    public static Trial killed(Trial before, Death death, Instant now) {
        if (!death.sized()) {
            return isPast(before, death, now) ? before.with(before.past().plus(new Past(0, 1, 0))) : before;
        }
        return isJudged(before, death)
                ? before
                : before.with(inOrder(before.kills(), ended(death, now)), before.restarts());
    }

    /** Takes in a restart for another reason, alike. */
    public static Trial restarted(Trial before, Death death, Instant now) {
        if (!death.sized()) {
            return isPast(before, death, now) ? before.with(before.past().plus(new Past(0, 0, 1))) : before;
        }
        Ended ended = ended(death, now);
        boolean known = before.restarts().stream()
                .anyMatch(one -> Duration.between(one.at(), ended.at()).abs().compareTo(SPELL) < 0);
        return known || isJudged(before, death)
                ? before
                : before.with(before.kills(), inOrder(before.restarts(), ended));
    }

    /** What was created before does not count once more. */
    public static Instant judgedUntil(Trial trial) {
        Instant withdrawn = trial.last() == null ? Instant.EPOCH : trial.last().until();
        Instant raised = trial.raised() == null ? Instant.EPOCH : trial.raised().since();
        return withdrawn.isAfter(raised) ? withdrawn : raised;
    }

    private static boolean isJudged(Trial before, Death death) {
        return death.created().isBefore(judgedUntil(before));
    }

    private static Ended ended(Death death, Instant now) {
        boolean possible = !death.at().isAfter(now) && !death.at().isBefore(death.created());
        return new Ended(possible ? death.at() : now, death.uid().hashCode());
    }

    private static List<Ended> inOrder(List<Ended> before, Ended next) {
        return Stream.concat(before.stream(), Stream.of(next))
                .sorted(Comparator.comparing(Ended::at))
                .toList();
    }

    /** Whether hours are counted while it happens: a pod's status shows a kill for as long as the pod is there. */
    private static boolean isPast(Trial before, Death death, Instant now) {
        return death.at().isAfter(before.counted())
                && !now.isAfter(before.counted().plus(LONGEST_COUNT));
    }

    /** Takes in which pods there are, and judges. */
    public static Trial counted(Trial before, Seen seen, Instant now) {
        Trial trial = shedding(older(before, seen, now), seen.shedding(), Duration.between(before.counted(), now), now);
        if (isWithdrawn(trial, now)) {
            return trial.with(List.of(), List.of()).shedding(null);
        }
        Trial recent = trial.with(recent(trial.kills(), now), recent(trial.restarts(), now));
        return harm(recent, seen, now)
                .map(harm -> judged(recent, harm, seen, now))
                .orElse(recent);
    }

    /** What holds now. */
    public static Verdict verdict(Trial trial, Instant now) {
        if (trial.last() != null && isWithdrawn(trial, now)) {
            return trial.last();
        }
        return trial.raised() != null && isRaised(trial, now) ? trial.raised() : Verdict.FINE;
    }

    private static boolean isWithdrawn(Trial trial, Instant now) {
        return trial.last() != null && now.isBefore(trial.last().until());
    }

    private static boolean isRaised(Trial trial, Instant now) {
        return trial.raised() != null && now.isBefore(trial.raised().until());
    }

    private static List<Ended> recent(List<Ended> ends, Instant now) {
        return ends.stream().filter(end -> end.at().isAfter(now.minus(WINDOW))).toList();
    }

    private static Optional<Harm> harm(Trial trial, Seen seen, Instant now) {
        Past past = trial.past();
        return often(trial.kills(), Trial.MOST_KILLS, "kernel kills", past.kills(), past.hours(), seen, now)
                .map(why -> new Harm(Kind.KILLS, why))
                .or(() -> often(
                                trial.restarts(),
                                Trial.MOST_RESTARTS,
                                "restarts",
                                past.restarts(),
                                past.hours(),
                                seen,
                                now)
                        .map(why -> new Harm(Kind.RESTARTS, why)))
                .or(() -> Optional.of(seen)
                        .filter(pods -> pods.stuck() >= FEWEST || pods.lasting())
                        .map(pods -> new Harm(
                                Kind.READINESS,
                                pods.stuck() + (pods.stuck() == 1 ? " pod" : " pods")
                                        + " that we sized never became ready")))
                .or(() -> Optional.ofNullable(trial.sheds())
                        .filter(since -> !now.isBefore(since.plus(SHEDS_FOR)))
                        .map(since -> new Harm(
                                Kind.SHEDDING,
                                "half of the pods that we sized, or more, refuse traffic since " + since)));
    }

    /**
     * Whether it is more often than its past makes likely, and in words how often.
     *
     * @param most that a trial keeps of these
     */
    private static Optional<String> often(
            List<Ended> ends, int most, String what, double past, double hours, Seen seen, Instant now) {
        double rate = hours == 0 ? 0 : past / hours;
        // there may have been more than a trial keeps: these are all since the first of them
        boolean full = ends.size() == most;
        Duration over = full ? Duration.between(ends.getFirst().at(), now) : WINDOW;
        double expected = rate * Math.max(1, seen.sized()) * over.toMillis() / HOUR.toMillis();
        boolean spread = seen.sized() <= 1
                || ends.stream().mapToInt(Ended::pod).distinct().count() > 1;
        return spread && ends.size() >= FEWEST && ends.size() > TIMES_PAST * expected
                ? Optional.of(String.format(
                        Locale.ROOT,
                        "%d %s of pods that we sized within %s, where its own past makes %.1f",
                        ends.size(),
                        what,
                        full ? over.toMinutes() + 1 + " minutes" : over.toHours() + " hours",
                        expected))
                : Optional.empty();
    }

    private static Trial judged(Trial trial, Harm harm, Seen seen, Instant now) {
        boolean cure = harm.kind() == Kind.SHEDDING || (harm.kind() == Kind.KILLS && !isRaised(trial, now));
        Optional<Bytes> more = cure ? more(trial, seen, now) : Optional.empty();
        if (more.isPresent()) {
            int times = trial.raised() != null && isRaised(trial, now)
                    ? trial.raised().times() + 1
                    : 1;
            return trial.with(new Raise(now, now.plus(RAISED), times, more.get(), harm.why()));
        }
        // at the ceiling a proxy that refuses traffic is better than one that is killed
        return harm.kind() == Kind.SHEDDING ? trial : trial.with(withdraw(trial.last(), harm.why(), now));
    }

    /** Half as much again as pods have or would get; empty where the ceiling leaves no more. */
    private static Optional<Bytes> more(Trial trial, Seen seen, Instant now) {
        if (seen.limit() == null || seen.ceiling() == null) {
            return Optional.empty();
        }
        Bytes has = trial.raised() != null && isRaised(trial, now)
                ? seen.limit().atLeast(trial.raised().limit())
                : seen.limit();
        return Optional.of(has.times(RAISE).atMost(seen.ceiling())).filter(more -> more.isMore(has));
    }

    private static Withdraw withdraw(@Nullable Withdraw last, String why, Instant now) {
        int times = last != null && now.isBefore(last.until().plus(FORGIVEN)) ? last.times() + 1 : 1;
        Duration doubled = FIRST.multipliedBy(1L << Math.min(times - 1, 8));
        return new Withdraw(now, now.plus(doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST), times, why);
    }

    /** It begins with half of them, and ends with less than a quarter: one that comes and goes is no news. */
    private static Trial shedding(Trial trial, @Nullable Shedding look, Duration passed, Instant now) {
        if (look == null) {
            // time in which nobody looked does not count
            return trial.sheds() == null ? trial : trial.shedding(trial.sheds().plus(passed));
        }
        if (look.others() > 0 || look.refuse() == 0 || look.refuse() * 4 < look.sized()) {
            return trial.shedding(null);
        }
        return trial.sheds() == null && look.refuse() * 2 >= look.sized() ? trial.shedding(now) : trial;
    }

    private static Trial older(Trial before, Seen seen, Instant now) {
        Duration passed = Duration.between(before.counted(), now);
        double decay = before.counted().equals(Instant.EPOCH)
                ? 1
                : Math.pow(0.5, Math.max(0, (double) passed.toMillis()) / HALF_LIFE.toMillis());
        boolean ran = !passed.isNegative() && passed.compareTo(LONGEST_COUNT) <= 0;
        double hours = ran ? seen.others() * passed.toMillis() / (double) HOUR.toMillis() : 0;
        Trial older = before.with(before.past().times(decay).plus(new Past(hours, 0, 0)))
                .counted(now);
        return ran ? older : older.shedding(null);
    }
}
