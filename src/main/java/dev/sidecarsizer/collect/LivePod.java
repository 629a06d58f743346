package dev.sidecarsizer.collect;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Learnt.Owner;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A pod with a proxy that the API server knows now.
 *
 * @param uid which distinguishes it from one of the same name before
 * @param workload whose pod it is
 * @param revision its pod-template-hash
 * @param controller the object that its owner reference names, which may be a ReplicaSet or a Job; {@code null} for none
 * @param labels its labels, by which policies select it
 * @param running whether its proxy runs
 * @param ip address; {@code null} while it has none
 * @param image exact image reference of its proxy
 * @param concurrency worker threads that the proxy was told to use; {@code null} where it counts itself
 * @param nativeSidecar whether its proxy is a native sidecar
 * @param limit memory limit of its proxy; {@code null} for none
 * @param kills kernel kills of its proxy that its status shows
 */
public record LivePod(
        PodName name,
        String uid,
        WorkloadKey workload,
        @Nullable String revision,
        @Nullable Owner controller,
        Map<String, String> labels,
        boolean running,
        @Nullable String ip,
        String image,
        @Nullable Integer concurrency,
        boolean nativeSidecar,
        @Nullable Bytes limit,
        List<OomKill> kills) {

    /**
     * The kernel killed the proxy for want of memory.
     *
     * @param at when, by the node's clock
     */
    public record OomKill(Instant at) {}
}
