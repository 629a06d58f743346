package dev.sidecarsizer.cli.backtest.recording;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.WorkloadKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Collects samples, in any order, into a {@link Recording}. */
public final class Recorder {

    private static final int KIBIBYTE = 1024;

    private final Map<WorkloadKey, Map<String, PodColumns>> pods = new HashMap<>();
    private long taken;

    /**
     * Takes one sample.
     *
     * @param second since the epoch
     * @return what is wrong with it where it cannot be taken
     */
    public Optional<Unusable> add(WorkloadKey workload, String pod, long second, Bytes use) {
        long offset = second - PodSeries.BASE;
        if (offset != (int) offset) {
            return Optional.of(Unusable.TIME_OUT_OF_RANGE);
        }
        long kibibytes = use.value() / KIBIBYTE + (use.value() % KIBIBYTE == 0 ? 0 : 1);
        if (kibibytes > Integer.MAX_VALUE) {
            return Optional.of(Unusable.MORE_THAN_A_NODE_HAS);
        }
        pods.computeIfAbsent(workload, any -> new HashMap<>())
                .computeIfAbsent(pod, any -> new PodColumns(workload, podName(workload, pod)))
                .add((int) offset, (int) kibibytes);
        taken++;
        return Optional.empty();
    }

    /** How many samples were taken, those of the same pod and second included. */
    public long taken() {
        return taken;
    }

    /** All that was taken, or nothing where nothing was. What was collected is given up: call it once. */
    public Optional<Recording> finish() {
        List<PodColumns> columns = new ArrayList<>();
        pods.values().forEach(ofWorkload -> columns.addAll(ofWorkload.values()));
        pods.clear();
        columns.sort(Comparator.comparing((PodColumns pod) -> pod.workload().toString())
                .thenComparing(pod -> pod.workload().group())
                .thenComparing(pod -> pod.pod().toString()));
        List<PodSeries> series = new ArrayList<>(columns.size());
        for (int i = 0; i < columns.size(); i++) {
            series.add(columns.set(i, EMPTIED).toSeries());
        }
        return series.isEmpty() ? Optional.empty() : Optional.of(Recording.of(series));
    }

    /** Stands where a pod's columns were, so that they can be collected while the next are sorted. */
    private static final PodColumns EMPTIED = new PodColumns(new WorkloadKey("", "", "", ""), new PodName("", ""));

    private static PodName podName(WorkloadKey workload, String pod) {
        int slash = pod.indexOf('/');
        return slash < 0
                ? new PodName(workload.namespace(), pod)
                : new PodName(pod.substring(0, slash), pod.substring(slash + 1));
    }
}
