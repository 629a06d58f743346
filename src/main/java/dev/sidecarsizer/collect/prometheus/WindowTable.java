package dev.sidecarsizer.collect.prometheus;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.profile.history.PodWindow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What Prometheus said of the windows of a chunk, in some namespaces.
 *
 * @param peaks highest sample
 * @param sums sum of the samples: a restarted container has a new series, and only sums of both make one mean
 * @param counts how many there were
 */
record WindowTable(Chunk chunk, WindowColumn peaks, WindowColumn sums, WindowColumn counts) {

    Set<PodName> pods() {
        return counts.pods();
    }

    /**
     * All pods' numbers for one window.
     *
     * @param unusable told of each pod that is left out, and of each whose mean is: it counts as no less than its peak
     */
    List<PodWindow> window(int index, Consumer<Unusable> unusable) {
        List<PodWindow> windows = new ArrayList<>();
        for (PodName pod : pods()) {
            OptionalDouble count = counts.at(pod, index);
            if (count.isPresent()) {
                of(pod, index, count.getAsDouble(), unusable).ifPresent(windows::add);
            }
        }
        return windows;
    }

    private Optional<PodWindow> of(PodName pod, int index, double count, Consumer<Unusable> unusable) {
        OptionalDouble peak = peaks.at(pod, index);
        OptionalDouble sum = sums.at(pod, index);
        if (peak.isEmpty() || sum.isEmpty() || !(count >= 1) || count > Integer.MAX_VALUE) {
            unusable.accept(Unusable.INCOMPLETE);
            return Optional.empty();
        }
        Optional<Unusable> fault = Unusable.of(peak.getAsDouble());
        if (fault.isPresent()) {
            unusable.accept(fault.get());
            return Optional.empty();
        }
        double mean = sum.getAsDouble() / count;
        Optional<Unusable> faultOfMean = Unusable.of(mean);
        if (faultOfMean.isPresent()) {
            // a sample that is no number hides no peak: it is never the highest
            unusable.accept(faultOfMean.get());
            mean = peak.getAsDouble();
        }
        return Optional.of(new PodWindow(
                pod,
                chunk.end(index),
                chunk.window(),
                new Bytes(Math.round(peak.getAsDouble())),
                new Bytes(Math.round(mean)),
                (int) count));
    }
}
