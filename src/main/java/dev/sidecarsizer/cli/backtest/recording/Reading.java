package dev.sidecarsizer.cli.backtest.recording;

import dev.sidecarsizer.backtest.recording.Recorder;
import dev.sidecarsizer.backtest.recording.Recording;
import dev.sidecarsizer.backtest.recording.Unusable;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.PodName;
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
    private final Controllers controllers = new Controllers();
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

    /**
     * A sample that came with its numbers read.
     *
     * @param workload as text; empty where it is for {@link #controllers} to tell
     */
    void sample(Timestamps.Form form, OptionalLong millis, Optional<String> workload, PodName pod, double use) {
        rows++;
        if (millis.isEmpty()) {
            refuse(Unusable.NO_TIME);
            return;
        }
        timestamps.count(form);
        String named = pod.namespace().isEmpty() || pod.name().isEmpty() ? "" : pod.toString();
        long second = Math.floorDiv(millis.getAsLong(), 1000L);
        if (workload.isPresent() || named.isEmpty()) {
            take(second, workload.orElse(""), named, use);
        } else if (usable(use)) {
            recorder.add(pod, second, new Bytes((long) Math.ceil(use))).ifPresent(this::refuse);
        }
    }

    /** What is known of pods' controllers, to be filled by who finds it. */
    Controllers controllers() {
        return controllers;
    }

    /** Counts what was left out before it came here. */
    void refuse(Unusable why, long times) {
        if (times > 0) {
            rows += times;
            unusable.merge(why, times, Long::sum);
        }
    }

    /** A row with fewer columns than it needs. */
    void shortRow() {
        rows++;
        refuse(Unusable.MISSING_COLUMN);
    }

    private void take(long second, String workload, String pod, double use) {
        if (workload.isEmpty() || pod.isEmpty()) {
            refuse(Unusable.EMPTY_NAME);
        } else if (usable(use)) {
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

    private boolean usable(double use) {
        if (!Double.isFinite(use)) {
            refuse(Unusable.NOT_FINITE);
            return false;
        }
        if (use < 0) {
            refuse(Unusable.NEGATIVE);
            return false;
        }
        return true;
    }

    private void refuse(Unusable why) {
        unusable.merge(why, 1L, Long::sum);
    }

    /** Ends it: what was read, and what there is to tell of it. */
    Read finish() {
        unwanted += recorder.settle(
                pod -> Optional.of(controllers.workload(pod)).filter(key -> wanted.test(key.toString())));
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
