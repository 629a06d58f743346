package dev.sidecarsizer.guard;

import dev.sidecarsizer.profile.Verdict;
import dev.sidecarsizer.profile.Verdict.Withdraw;
import dev.sidecarsizer.profile.history.Trial;
import dev.sidecarsizer.profile.history.Trial.Kill;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Takes sizing back where it does harm: a workload's sized pods are held against its own past and against its pods that we
 * did not size.
 *
 * <ul>
 *   <li>Kernel kills: at least {@value #FEWEST} of sized pods within {@link #WINDOW}, and more than {@value #TIMES_PAST} times
 *       as many as pods that we did not size would have had, by the hours that such ran. One kill, or two, is noise, and so
 *       are those of a single pod among others that we sized.
 *   <li>Readiness: at least {@value #FEWEST} sized pods that never became ready, while none that we sized is, and none is
 *       stuck that we did not.
 * </ul>
 *
 * What is withdrawn stays so for a day, then it is tried again; each time in a row for twice as long, up to a week. Four weeks
 * without make the next time a first one.
 */
public final class Guard {

    /** In which kills count together. */
    static final Duration WINDOW = Duration.ofHours(6);

    private static final int FEWEST = 3;
    private static final int TIMES_PAST = 3;
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
     */
    public record Seen(int sized, int others, int stuck) {}

    /**
     * Takes in a kernel kill. Of a pod that we did not size it counts only where it came since the last count, and while there
     * are counts: the hours before these do not count either. Of a sized pod it counts only where the pod came after sizing was
     * last tried again: what an earlier size did is judged already.
     *
     * @param uid of the pod
     * @param sized whether we sized it
     * @param created when it was
     * @param at when it was killed, by a clock that may be wrong
     */
    public static Trial killed(Trial before, String uid, boolean sized, Instant created, Instant at, Instant now) {
        if (!sized && !isPast(before, at, now)) {
            return before;
        }
        if (!sized) {
            return new Trial(
                    before.pastHours(), before.pastKills() + 1, before.counted(), before.kills(), before.last());
        }
        Withdraw last = before.last();
        if (last != null && created.isBefore(last.until())) {
            return before;
        }
        Kill kill = new Kill(at.isAfter(now) ? now : at, uid.hashCode());
        return with(
                before,
                Stream.concat(before.kills().stream(), Stream.of(kill))
                        .sorted(Comparator.comparing(Kill::at))
                        .toList(),
                last);
    }

    /** Whether hours are counted while it happens: a pod's status shows a kill for as long as the pod is there. */
    private static boolean isPast(Trial before, Instant at, Instant now) {
        return at.isAfter(before.counted()) && !now.isAfter(before.counted().plus(LONGEST_COUNT));
    }

    /** Takes in which pods there are, and judges. */
    public static Trial counted(Trial before, Seen seen, Instant now) {
        Trial trial = older(before, seen, now);
        List<Kill> kills = trial.kills().stream()
                .filter(kill -> kill.at().isAfter(now.minus(WINDOW)))
                .toList();
        if (isWithdrawn(trial, now)) {
            return with(trial, List.of(), trial.last());
        }
        return why(trial, kills, seen, now)
                .map(why -> with(trial, List.of(), withdraw(trial.last(), why, now)))
                .orElseGet(() -> with(trial, kills, trial.last()));
    }

    /** What holds now. */
    public static Verdict verdict(Trial trial, Instant now) {
        Withdraw last = trial.last();
        return last != null && now.isBefore(last.until()) ? last : Verdict.FINE;
    }

    private static boolean isWithdrawn(Trial trial, Instant now) {
        return verdict(trial, now) instanceof Withdraw;
    }

    private static Optional<String> why(Trial trial, List<Kill> kills, Seen seen, Instant now) {
        double rate = trial.pastHours() == 0 ? 0 : trial.pastKills() / trial.pastHours();
        // there may have been more than a trial keeps: these are all since the first of them
        boolean full = kills.size() == Trial.MOST_KILLS;
        Duration over = full ? Duration.between(kills.getFirst().at(), now) : WINDOW;
        double expected = rate * Math.max(1, seen.sized()) * over.toMillis() / HOUR.toMillis();
        boolean spread = seen.sized() <= 1
                || kills.stream().mapToInt(Kill::pod).distinct().count() > 1;
        if (spread && kills.size() >= FEWEST && kills.size() > TIMES_PAST * expected) {
            return Optional.of(String.format(
                    Locale.ROOT,
                    "%d kernel kills of pods that we sized within %s, where its own past makes %.1f",
                    kills.size(),
                    full ? over.toMinutes() + 1 + " minutes" : over.toHours() + " hours",
                    expected));
        }
        return seen.stuck() >= FEWEST
                ? Optional.of(seen.stuck() + " pods that we sized never became ready")
                : Optional.empty();
    }

    private static Withdraw withdraw(@Nullable Withdraw last, String why, Instant now) {
        int times = last != null && now.isBefore(last.until().plus(FORGIVEN)) ? last.times() + 1 : 1;
        Duration doubled = FIRST.multipliedBy(1L << Math.min(times - 1, 8));
        return new Withdraw(now, now.plus(doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST), times, why);
    }

    private static Trial older(Trial before, Seen seen, Instant now) {
        Duration passed = Duration.between(before.counted(), now);
        double decay = before.counted().equals(Instant.EPOCH)
                ? 1
                : Math.pow(0.5, Math.max(0, (double) passed.toMillis()) / HALF_LIFE.toMillis());
        boolean ran = !passed.isNegative() && passed.compareTo(LONGEST_COUNT) <= 0;
        double hours = ran ? seen.others() * passed.toMillis() / (double) HOUR.toMillis() : 0;
        return new Trial(
                before.pastHours() * decay + hours, before.pastKills() * decay, now, before.kills(), before.last());
    }

    private static Trial with(Trial trial, List<Kill> kills, @Nullable Withdraw last) {
        return new Trial(trial.pastHours(), trial.pastKills(), trial.counted(), kills, last);
    }
}
