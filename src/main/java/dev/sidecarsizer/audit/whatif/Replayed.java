package dev.sidecarsizer.audit.whatif;

import dev.sidecarsizer.audit.whatif.Outcome.Point;
import dev.sidecarsizer.backtest.ours.Ours;
import dev.sidecarsizer.backtest.peer.AsItComes;
import dev.sidecarsizer.backtest.recording.Recorder;
import dev.sidecarsizer.backtest.recording.Recording;
import dev.sidecarsizer.backtest.replay.Replay;
import dev.sidecarsizer.backtest.replay.Split;
import dev.sidecarsizer.backtest.replay.Strategy;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.history.Calibration;
import dev.sidecarsizer.sizing.SizingPolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.DoubleConsumer;

/**
 * Plays pasts through the backtest: of each workload one pod, which uses on each day the most that any of its pods did. The
 * first half is learnt from; then pods are created, and live through the second.
 *
 * <p>A hundred workloads at a time: memory does not grow with the mesh, and what a hundred take is let go before the
 * collector calls it old, whose collection stops reviews for a tenth of a second. What weeks showed is learnt of all first.
 */
final class Replayed {

    /** Half is learnt from, and a day says nothing. */
    static final int FEWEST_DAYS = 4;

    private static final double[] RISKS = {0.3, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005, 0.0002, 0.0001};
    private static final Duration DAY = Duration.ofDays(1);
    private static final long MEASURED_EVERY = 60;
    private static final int AT_ONCE = 100;

    private final List<Past> pasts;
    private final Instant begin;
    private final Instant judgeFrom;
    private final Instant end;

    /** @param pasts of at least {@value #FEWEST_DAYS} days in all, in the order of namespaces */
    Replayed(List<Past> pasts) {
        this.pasts = pasts;
        begin = pasts.stream().map(Past::first).min(Instant::compareTo).orElseThrow();
        end = pasts.stream().map(Past::last).max(Instant::compareTo).orElseThrow();
        // a second into a day: the window of the one before is closed then
        judgeFrom = begin.plus(Duration.between(begin, end).dividedBy(DAY) / 2, ChronoUnit.DAYS)
                .plusSeconds(1);
    }

    static int days(List<Past> pasts) {
        Instant first = pasts.stream().map(Past::first).min(Instant::compareTo).orElse(Instant.EPOCH);
        Instant last = pasts.stream().map(Past::last).max(Instant::compareTo).orElse(Instant.EPOCH);
        return pasts.isEmpty() ? 0 : (int) Duration.between(first, last).toDays() + 1;
    }

    /**
     * @param progress takes the share that is done
     * @param rest called every few milliseconds
     */
    Outcome at(Asked asked, DoubleConsumer progress, Runnable rest) {
        Calibration calibration = new Calibration();
        int parts = Math.ceilDiv(pasts.size(), AT_ONCE);
        for (int part = 0; part < parts; part++) {
            learn(part(part), calibration, rest);
            progress.accept((part + 1.0) / (2 * parts));
        }
        Sum[] sums = new Sum[2 + RISKS.length];
        Arrays.fill(sums, Sum.NOTHING);
        int judged = 0;
        for (int part = 0; part < parts; part++) {
            judged += judge(part(part), asked, calibration, sums, rest);
            progress.accept(0.5 + (part + 1.0) / (2 * parts));
        }
        List<Point> curve = new ArrayList<>();
        for (int i = 0; i < RISKS.length; i++) {
            curve.add(new Point(RISKS[i], sums[2 + i]));
        }
        return new Outcome(
                asked,
                (int) Duration.between(begin, judgeFrom).toDays() + 1,
                (int) Duration.between(judgeFrom, end).toDays() + 1,
                judged,
                sums[0],
                sums[1],
                curve);
    }

    private List<Past> part(int number) {
        return pasts.subList(number * AT_ONCE, Math.min(pasts.size(), (number + 1) * AT_ONCE));
    }

    /** What weeks showed that were over before judging began. */
    private void learn(List<Past> part, Calibration calibration, Runnable rest) {
        Asked any = Asked.of(name -> null, SizingPolicy.DEFAULT);
        Strategy ours = new Ours(any.target(), any.policy(), Memory.OF_ISTIO, calibration);
        record(part, judgeFrom).ifPresent(recording -> replay(recording, List.of(ours), rest));
    }

    private int judge(List<Past> part, Asked asked, Calibration calibration, Sum[] sums, Runnable rest) {
        Map<WorkloadKey, Bytes> typical = new HashMap<>();
        Map<WorkloadKey, Integer> pods = new HashMap<>();
        part.forEach(past -> {
            typical.put(past.workload(), past.typical());
            pods.put(past.workload(), past.pods());
        });
        Ours ours = Ours.knowing(calibration, asked.target(), asked.policy(), Memory.OF_ISTIO);
        List<Strategy> strategies = new ArrayList<>();
        strategies.add(new TypicalUse(ours, typical));
        strategies.add(new AsItComes(Memory.OF_ISTIO));
        for (double risk : RISKS) {
            Asked other = asked.atRisk(risk);
            strategies.add(ours.aimingAt("risk " + risk, other.target(), other.policy()));
        }
        List<dev.sidecarsizer.backtest.replay.Outcome> outcomes = record(part, end.plusSeconds(1))
                .map(recording -> replay(recording, strategies, rest))
                .orElse(List.of());
        for (int i = 0; i < outcomes.size(); i++) {
            int which = i;
            outcomes.get(i)
                    .workloads()
                    .forEach((workload, figures) ->
                            sums[which] = sums[which].and(figures, pods.getOrDefault(workload, 1)));
        }
        return outcomes.isEmpty() ? 0 : outcomes.getFirst().workloads().size();
    }

    private List<dev.sidecarsizer.backtest.replay.Outcome> replay(
            Recording recording, List<Strategy> strategies, Runnable rest) {
        return new Replay(
                        recording.measuredEvery(MEASURED_EVERY),
                        strategies,
                        new Split(judgeFrom, DAY, Duration.ZERO),
                        Objects.requireNonNull(Memory.OF_ISTIO.request()),
                        Objects.requireNonNull(Memory.OF_ISTIO.limit()))
                .run(done -> rest.run());
    }

    private static Optional<Recording> record(List<Past> part, Instant before) {
        Recorder recorder = new Recorder();
        for (Past past : part) {
            for (int day = 0; day < past.days(); day++) {
                if (past.end(day).isBefore(before)) {
                    recorder.add(past.workload(), "all", past.end(day).getEpochSecond(), past.peak(day));
                }
            }
        }
        return recorder.finish();
    }
}
