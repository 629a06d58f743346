package dev.sidecarsizer.collect;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Learnt.Owner;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A pod with a proxy that the API server knows now.
 *
 * @param uid which distinguishes it from one of the same name before
 * @param created when the API server made it; the epoch where the pod does not say
 * @param workload whose pod it is
 * @param owned the same by its owner's name, whatever labels group: what autoscalers name
 * @param revision its pod-template-hash
 * @param controller the object that its owner reference names, which may be a ReplicaSet or a Job; {@code null} for none
 * @param labels its labels, by which policies select it
 * @param runsToCompletion whether it ends by itself, as a Job's does: it is restarted on failure only, or never
 * @param running whether its proxy runs
 * @param started since when its proxy is known to have been started, which a restart does not change; {@code null} before it is
 * @param ip address; {@code null} while it has none
 * @param image exact image reference of its proxy
 * @param concurrency worker threads that the proxy was told to use, by its CPU limit too; {@code null} where it counts
 *     the node's cores
 * @param nativeSidecar whether its proxy is a native sidecar
 * @param request memory that its proxy asks for; {@code null} for none
 * @param limit memory limit of its proxy, as the kubelet says, else as the pod asks; {@code null} for none
 * @param resized when it was seen that its limit is another than before; {@code null} where it is as it was seen first
 * @param guaranteed whether the pod's QoS class is Guaranteed, which it is for its whole life
 * @param budgetFor memory limit that the overload manager which we wrote for its proxy works by; {@code null} where there is
 *     none
 * @param sizing what became of it when it was created
 * @param byNet whether it was the safety net that sized it, while nobody of ours answered
 * @param health whether its proxy serves
 * @param kills kernel kills of its proxy that its status shows, oldest first: the last two at most
 * @param restarted when its proxy failed last and was started again, but for kernel kills; {@code null} where it was not
 */
public record LivePod(
        PodName name,
        String uid,
        Instant created,
        WorkloadKey workload,
        WorkloadKey owned,
        @Nullable String revision,
        @Nullable Owner controller,
        Map<String, String> labels,
        boolean runsToCompletion,
        boolean running,
        @Nullable Instant started,
        @Nullable String ip,
        String image,
        @Nullable Integer concurrency,
        boolean nativeSidecar,
        @Nullable Bytes request,
        @Nullable Bytes limit,
        @Nullable Instant resized,
        boolean guaranteed,
        @Nullable Bytes budgetFor,
        Sizing sizing,
        boolean byNet,
        Health health,
        List<OomKill> kills,
        @Nullable Instant restarted) {

    /** As StatefulSets name their pods: the next one is called the same. Random endings have five characters. */
    private static final Pattern ORDINAL = Pattern.compile(".*-\\d{1,4}");

    /** What became of a pod's memory when it was created, by what was known when it was seen first. */
    public enum Sizing {
        /** We sized it, or the safety net did: it bears the decision. */
        SIZED,
        /** It stays as it came, and would if it were created now. */
        KEPT,
        /** It is not sized and would be if it were created now; whether it would have been then is not known. */
        EARLIER,
        /** It is not sized and would have been, had we been asked: what is known now was known then. */
        MISSED
    }

    /** Whether a pod's proxy serves, by the kubelet's word. */
    public enum Health {
        /** It is ready, or was when it was seen before. */
        READY,
        /** It was started, and nobody saw it ready. */
        NOT_READY,
        /** It was not started yet, or its pod has ended, or is about to. */
        UNKNOWN
    }

    /** Whether its limit is another than the one that its overload manager works by. */
    boolean isMisfit() {
        return budgetFor != null && limit != null && !budgetFor.equals(limit);
    }

    /** Whether at that time a pod of the same name may have been another. */
    boolean mayHaveBeenAnother(Instant at) {
        return at.isBefore(created) && ORDINAL.matcher(name.name()).matches();
    }

    /** Whether at that time its limit may have been another, or that of another pod of its name. */
    boolean mayHaveHadAnotherLimit(Instant at) {
        return mayHaveBeenAnother(at) || (resized != null && at.isBefore(resized));
    }

    /**
     * The kernel killed the proxy for want of memory. A pod's kills are told apart by their time: the same is seen again
     * for as long as the pod's status shows it, also by the next leader.
     *
     * @param at when, by the node's clock, in whole seconds
     * @param limit the proxy's memory limit then; {@code null} for none: the node had no more
     */
    public record OomKill(Instant at, @Nullable Bytes limit) {}
}
