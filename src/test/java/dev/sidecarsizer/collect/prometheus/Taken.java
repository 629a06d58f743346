package dev.sidecarsizer.collect.prometheus;

import dev.sidecarsizer.collect.UsageSource.Seen;
import dev.sidecarsizer.collect.UsageSource.Windows;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.history.PodWindow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Keeps what a source gives. */
final class Taken implements Windows {

    final List<Instant> ends = new ArrayList<>();
    final List<Seen> seen = new ArrayList<>();

    @Override
    public void take(Instant end, List<Seen> pods) {
        ends.add(end);
        seen.addAll(pods);
    }

    List<PodWindow> windows() {
        return seen.stream().map(Seen::window).toList();
    }

    /** By {@code namespace/pod}. */
    Map<String, Optional<WorkloadKey>> workloads() {
        Map<String, Optional<WorkloadKey>> workloads = new TreeMap<>();
        seen.forEach(one -> workloads.put(one.window().pod().toString(), one.workload()));
        return workloads;
    }

    static PodName pod(String name) {
        return new PodName("shop", name);
    }
}
