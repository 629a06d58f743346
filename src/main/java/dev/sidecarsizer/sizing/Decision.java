package dev.sidecarsizer.sizing;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Memory;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What becomes of one proxy container's memory. */
public sealed interface Decision {

    /** Why, in one word: the same in the metric's tag, the annotation, the log and the documentation. */
    String reason();

    /** {@code Resize} or {@code Keep}. */
    default String name() {
        return getClass().getSimpleName();
    }

    /**
     * The container gets other memory.
     *
     * @param before memory as it came
     * @param request memory to reserve, at most {@code limit}
     * @param limit memory to enforce
     * @param origin who spoke
     * @param bounds what bent the number afterwards, in the order in which it did
     * @param profile the profile that spoke, {@code namespace/name@resourceVersion}; {@code null} where none did
     * @param idleTimeout when the profile says that idle connections can be closed; {@code null} where it says nothing
     */
    record Resize(
            Memory before,
            Bytes request,
            Bytes limit,
            Origin origin,
            List<Bound> bounds,
            @Nullable String profile,
            @Nullable Duration idleTimeout)
            implements Decision {

        @Override
        public String reason() {
            return origin.name();
        }

        public Memory after() {
            return new Memory(request, limit);
        }
    }

    /**
     * The pod stays as it came.
     *
     * @param why the reason
     * @param detail the value at fault, its bound and the remedy; empty where the reason says it all
     */
    record Keep(Reason why, String detail) implements Decision {

        public Keep(Reason why) {
            this(why, "");
        }

        @Override
        public String reason() {
            return why.name();
        }
    }

    /** Who spoke for a number, the strongest first. */
    enum Origin {
        /** The pod's annotation {@code sidecar-sizer.dev/memory-limit}. */
        OWNER,
        /** A kernel kill at this size or less. */
        OOM_EVIDENCE,
        /** The guard: pods that we sized were killed, or refused traffic, with less. */
        RAISED_BY_GUARD,
        /** The profile of this pod template. */
        REVISION_PROFILE,
        /** The profile of the workload. */
        WORKLOAD_PROFILE,
        /** What sidecars of the namespace need, for a workload without history. */
        NAMESPACE_PRIOR,
        /** What sidecars of the mesh need, for a workload without history. */
        MESH_PRIOR
    }

    /** What bent a number that somebody spoke for. */
    enum Bound {
        /** Raised to the policy's floor. */
        FLOOR,
        /** Raised above what live pods use. */
        LIVE_USE,
        /** Lowered to the policy's ceiling: find the cause, do not feed it. */
        CEILING,
        /** Moved into the namespace's LimitRange. */
        LIMIT_RANGE,
        /** Lowered to fit the pod-level resources. */
        POD_LEVEL,
        /** Lowered so that the pod asks no more of the ResourceQuota than it came with. */
        QUOTA,
        /** Moved so that the pod's QoS class stays. */
        QOS
    }

    /** Why a pod stays as it came. */
    enum Reason {
        /** The review is not of a pod's creation: our webhook configurations ask for nothing else. */
        NOT_A_POD_CREATION,
        /** The namespace has not opted in, the pod has opted out, or the installation is capped at off. */
        MODE_OFF,
        /** No container named {@code istio-proxy} that lives as long as the pod: not injected. */
        NO_PROXY,
        /** More than one such container: which of them is Istio's cannot be told. */
        SEVERAL_PROXIES,
        /** A gateway, and the policy sizes none. */
        GATEWAY,
        /** An ambient waypoint. */
        WAYPOINT,
        /** Not Envoy. */
        ZTUNNEL,
        /** The agent without Envoy, for proxyless gRPC. */
        GRPC_AGENT,
        /** A static pod: the kubelet runs it from a file, whatever the API server stores. */
        MIRROR_POD,
        /** Something in the pod could not be understood. */
        POD_NOT_UNDERSTOOD,
        /** The owner set the proxy's memory with an Istio annotation or a container of his own. */
        OWNER_SET_MEMORY,
        /** An annotation of ours on the pod could not be understood. */
        OWNER_ANNOTATION_INVALID,
        /** A VerticalPodAutoscaler sizes the proxy. */
        VPA_OWNS_MEMORY,
        /** A HorizontalPodAutoscaler scales by memory: another request would be another scale. */
        HPA_ON_MEMORY,
        /** The pod's QoS class is BestEffort; any memory of ours would change it. */
        QOS_BEST_EFFORT,
        /** The namespace has not been seen yet. */
        NAMESPACE_UNKNOWN,
        /** No profile, and no prior. */
        NO_PROFILE,
        /** The profile has too little history, and there is no prior. */
        TOO_LITTLE_HISTORY,
        /** The workload's profile is of proxies with other worker threads than the pod's, and there is no prior. */
        PROFILE_OF_OTHER_CONCURRENCY,
        /** The profile has had no samples for days. */
        PROFILE_STALE,
        /** The profile has a value that must not be used. */
        PROFILE_INVALID,
        /** The guard took sizing back: pods that we sized did worse than the workload's own past. */
        WITHDRAWN_BY_GUARD,
        /** Only a share of the workload's new pods is sized as yet, and this is not one of them. */
        ROLLOUT_STEP,
        /** The policy has a value that must not be used. */
        POLICY_INVALID,
        /** Live pods, with headroom, need more than the policy's ceiling, which is below what the pod has. */
        LIVE_USE_ABOVE_CEILING,
        /** The kernel killed at the policy's ceiling or above it, and the ceiling is below what the pod has. */
        OOM_ABOVE_CEILING,
        /** A bound of the namespace or the pod leaves less than live pods use, or less than the floor. */
        NO_ROOM,
        /** The pod's annotations are full: ours would make it invalid. */
        ANNOTATIONS_FULL,
        /** A fault of ours, counted and logged. */
        INTERNAL_ERROR
    }
}
