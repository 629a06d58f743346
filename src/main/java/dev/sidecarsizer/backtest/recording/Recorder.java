package dev.sidecarsizer.backtest.recording;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.WorkloadKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Collects samples, in any order, into a {@link Recording}. */
public final class Recorder {

    private static final int KIBIBYTE = 1024;

    private final Map<WorkloadKey, Map<String, PodColumns>> pods = new HashMap<>();
    private final Map<PodName, PodColumns> unsettled = new HashMap<>();
    private long taken;

    /**
     * Takes one sample.
     *
     * @param second since the epoch
     * @return what is wrong with it where it cannot be taken
     */
    public Optional<Unusable> add(WorkloadKey workload, String pod, long second, Bytes use) {
        return add(
                () -> pods.computeIfAbsent(workload, any -> new HashMap<>())
                        .computeIfAbsent(plain(workload, pod), any -> new PodColumns(workload, podName(workload, pod))),
                second,
                use);
    }

    /** Takes one sample of a pod whose workload is not known yet: {@link #settle} tells it. */
    public Optional<Unusable> add(PodName pod, long second, Bytes use) {
        return add(() -> unsettled.computeIfAbsent(pod, any -> new PodColumns(EMPTIED.workload(), pod)), second, use);
    }

    /**
     * Gives pods whose workload was not known to their workload.
     *
     * @param workloadOf empty where it is not wanted
     * @return how many samples were not wanted
     */
    public long settle(Function<PodName, Optional<WorkloadKey>> workloadOf) {
        long unwanted = 0;
        for (Map.Entry<PodName, PodColumns> pod : unsettled.entrySet()) {
            PodColumns samples = pod.getValue();
            Optional<WorkloadKey> workload = workloadOf.apply(pod.getKey());
            if (workload.isPresent()) {
                pods.computeIfAbsent(workload.get(), any -> new HashMap<>())
                        .computeIfAbsent(
                                plain(workload.get(), pod.getKey().toString()),
                                any -> new PodColumns(workload.get(), pod.getKey()))
                        .addAll(samples);
            } else {
                unwanted += samples.size();
                taken -= samples.size();
            }
            pod.setValue(EMPTIED);
        }
        unsettled.clear();
        return unwanted;
    }

    private Optional<Unusable> add(Supplier<PodColumns> pod, long second, Bytes use) {
        long offset = second - PodSeries.BASE;
        if (offset != (int) offset) {
            return Optional.of(Unusable.TIME_OUT_OF_RANGE);
        }
        long kibibytes = use.value() / KIBIBYTE + (use.value() % KIBIBYTE == 0 ? 0 : 1);
        if (kibibytes > Integer.MAX_VALUE) {
            return Optional.of(Unusable.MORE_THAN_A_NODE_HAS);
        }
        pod.get().add((int) offset, (int) kibibytes);
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

    /** One pod is one, with its namespace before its name or without. */
    private static String plain(WorkloadKey workload, String pod) {
        int slash = workload.namespace().length();
        return pod.length() > slash && pod.charAt(slash) == '/' && pod.startsWith(workload.namespace())
                ? pod.substring(slash + 1)
                : pod;
    }

    private static PodName podName(WorkloadKey workload, String pod) {
        int slash = pod.indexOf('/');
        return slash < 0
                ? new PodName(workload.namespace(), pod)
                : new PodName(pod.substring(0, slash), pod.substring(slash + 1));
    }
}
