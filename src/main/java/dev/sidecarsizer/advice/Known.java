package dev.sidecarsizer.advice;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.mesh.ProxyVersion;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Autoscaler;
import dev.sidecarsizer.profile.Learnt.Measured;
import dev.sidecarsizer.profile.MemoryProfile.Recommendation;
import dev.sidecarsizer.profile.ProxyFacts;
import dev.sidecarsizer.profile.Verdict.Raise;
import dev.sidecarsizer.profile.Verdict.Withdraw;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one workload's sidecar when it is asked what drives its memory; {@code null} wherever nobody told.
 *
 * @param labels of its pods, by which a Sidecar resource can select them and no others; none where there are no such
 * @param request most that the proxy of a pod asks for that runs, or ran last
 * @param limit least that the proxy of such a pod may use
 * @param budget of a running proxy with an overload manager of ours
 * @param ceiling what the policy allows at most
 * @param measured memory of the whole container
 * @param recommendation what the next pod should get
 * @param risePerDay by how much daily peaks rise; zero where they do not
 * @param concurrencies worker threads of the proxies that run, or ran last
 * @param sized what came of sizing it; {@code null} while no pod of it is sized
 * @param facts of the proxy that uses the most
 * @param guaranteed whether its pods are Guaranteed, so that a proxy asks for all that it may use
 * @param mode how far new pods are sized
 * @param heldBy an autoscaler for whose sake the proxy's memory is left alone; {@code null} where there is none
 */
public record Known(
        WorkloadKey workload,
        Map<String, String> labels,
        @Nullable Bytes request,
        @Nullable Bytes limit,
        @Nullable Budget budget,
        @Nullable Bytes ceiling,
        @Nullable Measured measured,
        @Nullable Recommendation recommendation,
        @Nullable Bytes risePerDay,
        Set<Integer> concurrencies,
        @Nullable Sized sized,
        ProxyFacts facts,
        boolean guaranteed,
        @Nullable Mode mode,
        @Nullable Autoscaler heldBy) {

    /**
     * A heap budget, and what it should fit.
     *
     * @param writtenFor memory limit that it was computed from
     * @param limit that holds now
     */
    public record Budget(Bytes writtenFor, Bytes limit) {

        public boolean fits() {
            return writtenFor.equals(limit);
        }
    }

    /**
     * What came of sizing it.
     *
     * @param withdrawn how the guard took it back; {@code null} where it did not
     * @param raised how it has new pods get more; {@code null} where it does not
     */
    public record Sized(@Nullable Withdraw withdrawn, @Nullable Raise raised) {}

    /** The highest use of two weeks; {@code null} before the first sample. */
    @Nullable
    Bytes peak() {
        return measured == null || measured.samples() == 0 ? null : measured.peak();
    }

    /** What the next pod should ask for, where it may ask for less than its limit. */
    @Nullable
    Bytes recommendedRequest() {
        return recommendation == null ? null : recommendation.memoryRequest();
    }

    /** Whether a new pod could get a larger limit than that by its policy. */
    boolean mayHaveMoreThan(@Nullable Bytes some) {
        return ceiling == null || some == null || some.isLess(ceiling);
    }

    /** The version of its proxies, where their image or they themselves tell. */
    Optional<ProxyVersion> version() {
        return Optional.ofNullable(facts.runtime().version()).flatMap(ProxyVersion::parse);
    }

    /** What the next pod should have as its limit. */
    @Nullable
    Bytes recommendedLimit() {
        return recommendation == null ? null : recommendation.memoryLimit();
    }
}
