package dev.sidecarsizer.collect;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.EmbeddedJson;
import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.ProxyContainer;
import java.util.Optional;

/** The memory limit that the overload manager of a running proxy works by, as the pod tells. */
public final class BudgetOfPod {

    private static final String BOOTSTRAP = "sidecar-sizer.dev/bootstrap";
    private static final String DECISION = "sidecar-sizer.dev/decision";

    /** Only a budget that follows the limit has it. */
    private static final String FOLLOWS = "max_heap_size_bytes_runtime";

    private BudgetOfPod() {}

    /** Whether its overload manager goes with its limit, as a resize in place changes it. */
    static boolean follows(Pod pod) {
        return pod.annotation(BOOTSTRAP)
                .filter(override -> override.contains(FOLLOWS))
                .isPresent();
    }

    /**
     * The limit that admission noted on the pod. A budget that follows goes with the limit that is asked for, where that is
     * more: the kubelet shows Envoy no other. Where it is less, the budget is a larger share of it than it should be.
     *
     * @return empty where we wrote no override
     */
    public static Optional<Bytes> limit(Pod pod, ProxyContainer proxy) {
        Bytes asked = proxy.memory().limit();
        return pod.annotation(BOOTSTRAP)
                .flatMap(written -> pod.annotation(DECISION))
                .flatMap(EmbeddedJson::read)
                // anybody may write that annotation: what cannot be read counts as not there
                .map(note -> Bytes.orNull(note.at("/after/limit").asString("")))
                .map(noted -> asked != null && follows(pod) ? asked.atLeast(noted) : noted);
    }
}
