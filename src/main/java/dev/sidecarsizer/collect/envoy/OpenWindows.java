package dev.sidecarsizer.collect.envoy;

import dev.sidecarsizer.collect.UsageSource;
import dev.sidecarsizer.collect.UsageSource.Seen;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.history.PodWindow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Samples on their way into windows. The same sample served twice counts once; one that comes after its window was
 * handed on is lost, as is one that lies in the future or further back than a window.
 */
final class OpenWindows {

    /** Windows kept for a reader that does not come: an hour, of ten minutes each. */
    private static final int MOST = 6;
    /** How far a node's clock may be ahead. */
    private static final Duration AHEAD = Duration.ofMinutes(1);

    private final Duration length;
    private final Duration settled;
    private final TreeMap<Instant, Map<PodName, Tally>> windows = new TreeMap<>();
    private final Map<PodName, Sample> latest = new HashMap<>();
    private Instant handedOn = Instant.MIN;

    /**
     * @param length of each
     * @param settled how long after a window's end its last sample may come
     */
    OpenWindows(Duration length, Duration settled) {
        this.length = length;
        this.settled = settled;
    }

    /**
     * Takes a sample.
     *
     * @param workload whose pod it is
     * @param now the present
     * @return whether it counts
     */
    synchronized boolean add(Sample sample, WorkloadKey workload, Instant now) {
        Sample known = latest.get(sample.pod());
        boolean old = known != null && !sample.at().isAfter(known.at());
        if (old || sample.at().isAfter(now.plus(AHEAD)) || sample.at().isBefore(now.minus(length))) {
            return false;
        }
        latest.put(sample.pod(), sample);
        Instant end = endOfWindow(sample.at());
        if (!end.isAfter(handedOn)) {
            return false;
        }
        windows.computeIfAbsent(end, any -> new HashMap<>())
                .merge(
                        sample.pod(),
                        new Tally(workload, sample.memory(), sample.memory().value(), 1),
                        Tally::plus);
        while (windows.size() > MOST) {
            windows.pollFirstEntry();
        }
        return true;
    }

    /** Forgets the last samples of pods that are gone. */
    synchronized void forgetBefore(Instant time) {
        latest.values().removeIf(sample -> sample.at().isBefore(time));
    }

    /** The pod's last sample. */
    synchronized @Nullable Sample latest(PodName pod) {
        return latest.get(pod);
    }

    /** Hands on each window that ended after {@code after} and is complete at {@code now}, oldest first, once. */
    void handOn(Instant after, Instant now, UsageSource.Windows into) {
        for (Instant end = complete(after, now); end != null; end = complete(after, now)) {
            into.take(end, seen(end));
            handedOn(end);
        }
    }

    private synchronized @Nullable Instant complete(Instant after, Instant now) {
        windows.headMap(after, true).clear();
        return windows.isEmpty() || windows.firstKey().plus(settled).isAfter(now) ? null : windows.firstKey();
    }

    private synchronized List<Seen> seen(Instant end) {
        List<Seen> seen = new ArrayList<>();
        windows.getOrDefault(end, Map.of())
                .forEach((pod, tally) ->
                        seen.add(new Seen(tally.window(pod, end, length), Optional.of(tally.workload))));
        return seen;
    }

    private synchronized void handedOn(Instant end) {
        windows.headMap(end, true).clear();
        handedOn = end;
    }

    /** The end belongs to a window, the start does not. */
    private Instant endOfWindow(Instant at) {
        long millis = length.toMillis();
        return Instant.ofEpochMilli(Math.ceilDiv(at.toEpochMilli(), millis) * millis);
    }

    private record Tally(WorkloadKey workload, Bytes peak, long sum, int count) {

        Tally plus(Tally other) {
            return new Tally(other.workload, peak.atLeast(other.peak), sum + other.sum, count + other.count);
        }

        PodWindow window(PodName pod, Instant end, Duration length) {
            return new PodWindow(pod, end, length, peak, new Bytes(sum / count), count);
        }
    }
}
