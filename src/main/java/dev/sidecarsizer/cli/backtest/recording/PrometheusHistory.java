package dev.sidecarsizer.cli.backtest.recording;

import dev.sidecarsizer.backtest.recording.Recording;
import dev.sidecarsizer.backtest.recording.Unusable;
import dev.sidecarsizer.collect.UsageSource.Seen;
import dev.sidecarsizer.collect.prometheus.PrometheusUsage;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.WorkloadKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Predicate;

/**
 * What a Prometheus remembers, a sample a step: the highest of the step, at its end. No peak that was scraped is lost so,
 * however long the step; only its time, and that it may have been short.
 */
public final class PrometheusHistory {

    private final PrometheusUsage usage;
    private final Instant now;

    public PrometheusHistory(PrometheusUsage usage, Instant now) {
        this.usage = usage;
        this.now = now;
    }

    /** How many steps there are to read, at most. */
    public long steps() {
        return Duration.between(usage.oldest(now), now).dividedBy(usage.window());
    }

    /**
     * Reads all of it.
     *
     * @param wanted which workloads, by their text, are wanted
     * @param progress takes how many steps are read
     * @param tell takes what there is to tell, a line each
     * @throws NothingToReplay where no step of any pod can be used
     * @throws dev.sidecarsizer.collect.SourceFailed where it cannot be read
     */
    public Recording read(Predicate<String> wanted, LongConsumer progress, Consumer<String> tell)
            throws NothingToReplay {
        Reading reading = new Reading(wanted);
        Instant begin = usage.oldest(now);
        AtomicInteger most = new AtomicInteger(1);
        usage.read(begin, now, (end, pods) -> {
            take(end, pods, reading);
            pods.forEach(seen -> most.accumulateAndGet(seen.window().samples(), Math::max));
            progress.accept(Duration.between(begin, end).dividedBy(usage.window()));
        });
        for (dev.sidecarsizer.collect.prometheus.Unusable why : dev.sidecarsizer.collect.prometheus.Unusable.values()) {
            reading.refuse(words(why), usage.dropped().count(why));
        }
        Reading.Read read = reading.finish();
        read.told().lines().forEach(tell);
        return read.recording()
                .map(recording -> recording.measuredEvery(usage.window().toSeconds() / most.get()))
                .orElseThrow(() -> new NothingToReplay("Prometheus has no usable sample of a proxy's memory since "
                        + begin + ": " + String.join("; ", read.told().lines())));
    }

    private static void take(Instant end, List<Seen> pods, Reading into) {
        for (Seen seen : pods) {
            PodName pod = seen.window().pod();
            Optional<String> workload = seen.workload().map(WorkloadKey::toString);
            into.sample(Timestamps.Form.SECONDS, OptionalLong.of(end.toEpochMilli()), workload, pod, (double)
                    seen.window().peak().value());
        }
    }

    private static Unusable words(dev.sidecarsizer.collect.prometheus.Unusable why) {
        return switch (why) {
            case NOT_A_NUMBER, INFINITE -> Unusable.NOT_FINITE;
            case NEGATIVE -> Unusable.NEGATIVE;
            case ABSURD -> Unusable.MORE_THAN_A_NODE_HAS;
            case INCOMPLETE -> Unusable.INCOMPLETE;
        };
    }
}
