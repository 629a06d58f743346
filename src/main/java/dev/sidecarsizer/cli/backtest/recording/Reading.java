package dev.sidecarsizer.cli.backtest.recording;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.WorkloadKey;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/** Takes rows as text, whatever file they come from, and keeps account of those that cannot be used. */
final class Reading {

    private final Predicate<String> wanted;
    private final Recorder recorder = new Recorder();
    private final Timestamps timestamps = new Timestamps();
    private final Map<Unusable, Long> unusable = new EnumMap<>(Unusable.class);
    private final Map<String, Optional<WorkloadKey>> workloads = new HashMap<>();
    private final List<String> faults = new ArrayList<>();
    private long rows;
    private long unwanted;
    private int files;

    /** @param wanted which workloads, by their text, are wanted */
    Reading(Predicate<String> wanted) {
        this.wanted = wanted;
    }

    void file() {
        files++;
    }

    /** A file that could not be read, or not to its end. */
    void fault(String what) {
        faults.add(what);
    }

    void row(String timestamp, String workload, String pod, String bytes) {
        rows++;
        OptionalLong second = timestamps.read(timestamp);
        if (second.isEmpty()) {
            refuse(Unusable.NO_TIME);
            return;
        }
        double use;
        try {
            use = Double.parseDouble(bytes);
        } catch (NumberFormatException e) {
            refuse(Unusable.NOT_A_NUMBER);
            return;
        }
        take(second.getAsLong(), workload, pod, use);
    }

    /** A row with fewer columns than it needs. */
    void shortRow() {
        rows++;
        refuse(Unusable.MISSING_COLUMN);
    }

    private void take(long second, String workload, String pod, double use) {
        if (workload.isEmpty() || pod.isEmpty()) {
            refuse(Unusable.EMPTY_NAME);
        } else if (!Double.isFinite(use)) {
            refuse(Unusable.NOT_FINITE);
        } else if (use < 0) {
            refuse(Unusable.NEGATIVE);
        } else {
            Optional<WorkloadKey> key = workloads.computeIfAbsent(
                    workload, text -> wanted.test(text) ? Optional.of(Workloads.parse(text)) : Optional.empty());
            if (key.isEmpty()) {
                unwanted++;
            } else {
                recorder.add(key.get(), pod, second, new Bytes((long) Math.ceil(use)))
                        .ifPresent(this::refuse);
            }
        }
    }

    private void refuse(Unusable why) {
        unusable.merge(why, 1L, Long::sum);
    }

    /** Ends it: what was read, and what there is to tell of it. */
    Read finish() {
        Optional<Recording> recording = recorder.finish();
        long duplicates = recorder.taken() - recording.map(Recording::samples).orElse(0L);
        return new Read(recording, new Told(files, rows, unwanted, duplicates, unusable, timestamps.seen(), faults));
    }

    /**
     * What came of reading.
     *
     * @param recording empty where no row could be used
     */
    record Read(Optional<Recording> recording, Told told) {}
}
