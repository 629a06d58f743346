package dev.sidecarsizer.profile;

import dev.sidecarsizer.mesh.Bytes;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the sidecars of one workload, of one of its revisions, of a namespace or of the mesh.
 *
 * @param name {@code namespace/name} of the object it was read from
 * @param resourceVersion version of that object, so that a decision can be traced to what it was made from
 * @param standing how far it can be trusted
 * @param recommendation what the leader concluded; {@code null} while it has not
 * @param observed what was measured
 * @param proxy the proxy it was measured on
 * @param verdict whether sizing does the workload good
 * @param running how many pods of the workload run, as the leader last counted; 0 where it has not
 * @param rollout how far its sizing by steps has come; {@code null} where it has not begun, or there is none
 * @param fault why it must not be used, naming field, value and remedy; {@code null} where it is sound
 */
public record MemoryProfile(
        String name,
        String resourceVersion,
        Standing standing,
        @Nullable Recommendation recommendation,
        Observed observed,
        Proxy proxy,
        Verdict verdict,
        int running,
        @Nullable Rollout rollout,
        @Nullable String fault) {

    /** Of which no pod runs that is known of. */
    public MemoryProfile(
            String name,
            String resourceVersion,
            Standing standing,
            @Nullable Recommendation recommendation,
            Observed observed,
            Proxy proxy,
            Verdict verdict,
            @Nullable String fault) {
        this(name, resourceVersion, standing, recommendation, observed, proxy, verdict, 0, null, fault);
    }

    /**
     * Whether its history can be leaned on: what was seen in an hour says nothing of a nightly job. The leader's condition
     * speaks of samples, {@code least} of time: both must hold where both are known.
     */
    public boolean hasHistory(Duration least) {
        boolean longEnough = observed.days() == null
                ? standing == Standing.READY
                : Duration.ofDays(observed.days()).compareTo(least) >= 0;
        boolean stands = standing == Standing.READY || standing == Standing.UNKNOWN;
        return fault == null && stands && longEnough;
    }

    /** Whether nothing has been learnt yet, not even that there is something to learn. */
    public boolean saysNothing() {
        return fault == null
                && standing == Standing.UNKNOWN
                && recommendation == null
                && observed.equals(Observed.NOTHING)
                && proxy.equals(Proxy.UNKNOWN)
                && verdict.equals(Verdict.FINE);
    }

    /** How far a profile can be trusted, from its conditions {@code Learning}, {@code Ready} and {@code Stale}. */
    public enum Standing {
        /** No condition says anything. */
        UNKNOWN,
        LEARNING,
        READY,
        /** No samples for days. */
        STALE
    }

    /**
     * What the proxy container should get.
     *
     * @param memoryRequest from typical use
     * @param memoryLimit from the peak
     * @param idleTimeout when to close idle connections; {@code null} for no advice
     */
    public record Recommendation(Bytes memoryRequest, Bytes memoryLimit, @Nullable Duration idleTimeout) {

        /** The same memory. */
        public Recommendation withIdleTimeout(@Nullable Duration other) {
            return new Recommendation(memoryRequest, memoryLimit, other);
        }
    }

    /**
     * What was measured of the container's working set, agent included.
     *
     * @param days days on which the workload was seen, no more than have passed since the first; {@code null} where not
     *     recorded
     * @param peak highest ever, decaying
     * @param live highest of the pods that run now
     * @param oomKills kernel kills remembered
     * @param oomLimit largest limit at which one happened
     */
    public record Observed(
            @Nullable Integer days,
            @Nullable Bytes peak,
            @Nullable Bytes live,
            int oomKills,
            @Nullable Bytes oomLimit) {

        /** Nothing measured. */
        public static final Observed NOTHING = new Observed(null, null, null, 0, null);
    }

    /**
     * The proxy that was measured.
     *
     * @param version Istio version, such as {@code 1.31.0}
     * @param image exact image reference on which that version was seen
     * @param concurrency its worker threads; {@code null} where pods differ, or not known
     * @param rawTcp whether raw TCP was served or called; {@code null} where not known
     * @param allocated in use by Envoy itself where {@link Observed#live} was measured; {@code null} where not known
     */
    public record Proxy(
            @Nullable String version,
            @Nullable String image,
            @Nullable Integer concurrency,
            @Nullable Boolean rawTcp,
            @Nullable Bytes allocated) {

        /** Nothing known. */
        public static final Proxy UNKNOWN = new Proxy(null, null, null, null, null);
    }
}
