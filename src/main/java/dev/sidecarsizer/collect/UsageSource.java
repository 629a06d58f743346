package dev.sidecarsizer.collect;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.ProxyFacts;
import dev.sidecarsizer.profile.ProxyOverload;
import dev.sidecarsizer.profile.history.PodWindow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Where it is read from what proxies use. Each call may take long; none is made but by the leader. */
public interface UsageSource {

    /** Who closed all new connections for so long does not wait: three scrapes of the Prometheus that Istio samples ship. */
    Duration CLOSED_FOR = Duration.ofSeconds(40);

    /** Length of its windows. They end at whole multiples of it since the epoch. */
    Duration window();

    /**
     * The first instant of which it may still know something; the present for a source without a past.
     *
     * @param now the present
     */
    Instant oldest(Instant now);

    /**
     * Reads whole windows, oldest first. A window is given once, or not at all where the call fails before it: what was
     * given stays given, and the caller asks again from there.
     *
     * @param after end of the last window that is known already
     * @param until the present; a window that ends later, or that may not be complete yet, is left for the next time
     * @throws SourceFailed where it cannot be read, now or for good
     */
    void read(Instant after, Instant until, Windows into);

    /**
     * Reads all that there is of the past of some namespaces, as {@link #read} does; nothing for a source that knows only
     * the present.
     *
     * @param through end of the last window to be read
     * @param now the present
     * @throws SourceFailed where it cannot be read, now or for good
     */
    default void readPast(Set<String> namespaces, Instant through, Instant now, Windows into) {}

    /**
     * What it cannot tell for want of something, one line each with what that costs; for the log, once a term.
     *
     * @throws SourceFailed where it cannot be asked
     */
    default List<String> lacks(Instant at) {
        return List.of();
    }

    /** What proxies use this moment, and what drives it, by pod; of one that closes all connections since when it is known to. */
    Map<PodName, Now> now(Instant at);

    /**
     * Pods whose proxies have closed all new connections for {@link #CLOSED_FOR} at least; nobody for a source that cannot tell
     * it in one question.
     *
     * @throws SourceFailed where it cannot be asked
     */
    default Set<PodName> closing(Instant at) {
        return Set.of();
    }

    /**
     * Kernel kills of pods that may be gone; none for a source that knows only the present.
     *
     * @param after when the last that is known may have happened
     * @param until end of the last window that was read
     * @throws SourceFailed where it cannot be read
     */
    default List<Kill> kills(Instant after, Instant until) {
        return List.of();
    }

    /**
     * The kernel killed a pod's proxy for want of memory.
     *
     * @param at when: as the kubelet says, or else when the source first knew
     * @param doubt how far from {@code at} it may have been seen by others: zero where the kubelet says when it was
     * @param limit the memory limit that it had
     */
    record Kill(PodName pod, Instant at, Duration doubt, Optional<Bytes> limit) {

        /** One that the kubelet dates. */
        public Kill(PodName pod, Instant at, Optional<Bytes> limit) {
            this(pod, at, Duration.ZERO, limit);
        }
    }

    /** Takes what was read. */
    @FunctionalInterface
    interface Windows {

        /** All pods' windows that ended at {@code end}; pods that are not known any more come with their workload. */
        void take(Instant end, List<Seen> pods);
    }

    /**
     * One pod's window.
     *
     * @param workload whose pod it was, where the source knows; who knows the pod itself knows better
     */
    record Seen(PodWindow window, Optional<WorkloadKey> workload) {}

    /**
     * What one pod uses this moment.
     *
     * @param since from when on its statistics tell what it did
     * @param at until when
     */
    record Now(Bytes memory, ProxyFacts facts, Instant since, Instant at) {

        /** Without what may be of the time before the pod had its limit. */
        ProxyFacts of(LivePod pod) {
            return pod.mayHaveHadAnotherLimit(since) ? facts.with(ProxyOverload.UNKNOWN) : facts;
        }
    }
}
