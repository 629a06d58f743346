package dev.sidecarsizer.backtest.replay;

import dev.sidecarsizer.backtest.recording.PodSeries;
import dev.sidecarsizer.backtest.recording.Recording;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Memory;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Plays a recording to strategies in the order of time, and judges each by what its pods would have met.
 *
 * <p>In each second: windows that ended before it are shown, pods that are new get their memory, then its samples are
 * judged, then shown. So nothing is known of the second in which a pod is sized, nor of what comes after.
 */
public final class Replay {

    private static final int PROGRESS_EVERY = 1 << 9;

    private final Recording recording;
    private final List<PodSeries> pods;
    private final List<Strategy> strategies;
    private final Split split;
    private final Bytes requestAsItCame;
    private final Bytes limitAsItCame;
    private final OpenWindows windows;
    private final @Nullable Trial[][] trials;
    private final long[] lastShown;

    /**
     * @param requestAsItCame request of a pod that a strategy leaves as it came
     * @param limitAsItCame its limit
     */
    public Replay(
            Recording recording, List<Strategy> strategies, Split split, Bytes requestAsItCame, Bytes limitAsItCame) {
        this.recording = recording;
        this.pods = recording.pods();
        this.strategies = strategies;
        this.split = split;
        this.requestAsItCame = requestAsItCame;
        this.limitAsItCame = limitAsItCame;
        this.windows = new OpenWindows(pods, split.window(), split.measurements(recording));
        this.trials = new Trial[pods.size()][];
        this.lastShown = new long[pods.size()];
        Arrays.fill(lastShown, Long.MIN_VALUE);
    }

    /**
     * Runs to the end; call it once.
     *
     * @param progress takes how many samples are behind
     * @return one outcome a strategy, in their order
     */
    public List<Outcome> run(LongConsumer progress) {
        long judgeFrom = split.judgeFrom().getEpochSecond();
        boolean judging = false;
        long done = 0;
        Moments moments = new Moments(pods);
        while (moments.advance()) {
            long second = moments.second();
            if (!judging && second >= judgeFrom) {
                judging = true;
                showWindowsBefore(judgeFrom);
                restartAll(judgeFrom);
            }
            showWindowsBefore(second);
            if (judging) {
                sizeNew(moments);
                judge(moments);
            }
            show(moments);
            done += moments.count();
            if (done / PROGRESS_EVERY != (done - moments.count()) / PROGRESS_EVERY) {
                progress.accept(done);
            }
        }
        return new Verdict(pods, trials).outcomes(strategies);
    }

    private void showWindowsBefore(long second) {
        if (windows.endedBefore(second)) {
            Instant end = windows.end();
            windows.close((pod, window) -> strategies.forEach(strategy -> strategy.see(pod.workload(), window)));
            strategies.forEach(strategy -> strategy.advance(end));
        }
    }

    private void restartAll(long second) {
        for (int pod = 0; pod < pods.size(); pod++) {
            if (pods.get(pod).second(0) < second && pods.get(pod).last() >= second) {
                size(pod, second);
            }
        }
    }

    private void sizeNew(Moments moments) {
        for (int i = 0; i < moments.count(); i++) {
            if (trials[moments.pod(i)] == null) {
                size(moments.pod(i), moments.second());
            }
        }
    }

    private void size(int pod, long second) {
        Instant now = Instant.ofEpochSecond(second);
        Trial[] sized = new Trial[strategies.size()];
        for (int i = 0; i < sized.length; i++) {
            Optional<Memory> memory = strategies.get(i).size(pods.get(pod).workload(), now);
            sized[i] = new Trial(
                    second,
                    memory.map(Memory::request).orElse(requestAsItCame),
                    memory.map(Memory::limit).orElse(limitAsItCame),
                    memory.isEmpty());
        }
        trials[pod] = sized;
    }

    private void judge(Moments moments) {
        for (int i = 0; i < moments.count(); i++) {
            int pod = moments.pod(i);
            Trial[] sized = trials[pod];
            if (sized != null) {
                judge(pods.get(pod), moments.sample(i), sized);
            }
        }
    }

    private void judge(PodSeries pod, int sample, Trial[] sized) {
        long second = pod.second(sample);
        Bytes use = pod.use(sample);
        long lasts = sample + 1 < pod.size() ? pod.second(sample + 1) - second : recording.step();
        for (int i = 0; i < sized.length; i++) {
            if (sized[i].take(second, use, lasts)) {
                strategies
                        .get(i)
                        .killed(pod.workload(), pod.pod(), Instant.ofEpochSecond(second), new Bytes(sized[i].limit()));
            }
        }
    }

    private void show(Moments moments) {
        Instant now = Instant.ofEpochSecond(moments.second());
        for (int i = 0; i < moments.count(); i++) {
            int pod = moments.pod(i);
            if (isShown(pod, moments.second())) {
                PodSeries series = pods.get(pod);
                Bytes use = series.use(moments.sample(i));
                windows.add(pod, moments.second(), use);
                for (Strategy strategy : strategies) {
                    strategy.sample(series.workload(), series.pod(), now, use);
                }
            }
        }
    }

    /** A scrape that is slower sees one sample of each of its intervals. */
    private boolean isShown(int pod, long second) {
        long interval = split.thinnedTo().toSeconds();
        if (interval == 0) {
            return true;
        }
        long turn = Math.floorDiv(second, interval);
        boolean first = turn != lastShown[pod];
        lastShown[pod] = turn;
        return first;
    }
}
