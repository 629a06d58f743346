package dev.sidecarsizer.profile;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.profile.MemoryProfile.Recommendation;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that the leader has to say of one subject at one time: what its profile shows, and the history that it goes on from.
 *
 * @param subject what it speaks for
 * @param owner the workload's own object, which the profile goes with; {@code null} for a prior, or where not known
 * @param history the history as text, at most {@value #LARGEST_HISTORY} characters
 * @param recommendation what the proxy should get; {@code null} while there is too little to say
 * @param measured what was measured
 * @param facts the proxy it was measured on, and what drives its memory
 * @param autoscalers who else resizes or scales the workload; none for a part of one, or a prior
 * @param running the pods that run
 * @param guarded whether sizing does them good
 * @param conditions {@code Learning}, {@code Ready}, {@code Stale} and, of a workload, {@code Findings}, each once; {@code
 *     Unsized}, {@code Raised}, {@code Withdrawn} and {@code OomLoop} while they hold; {@code RollingOut} where the policy
 *     has a rollout
 * @param findings what makes it large
 */
public record Learnt(
        Subject subject,
        @Nullable Owner owner,
        String history,
        @Nullable Recommendation recommendation,
        @Nullable Measured measured,
        ProxyFacts facts,
        List<Autoscaler> autoscalers,
        Running running,
        Guarded guarded,
        List<Condition> conditions,
        Finding.All findings) {

    /** What a history may take in etcd. */
    public static final int LARGEST_HISTORY = 4096;

    /** The object that the workload is, as an owner reference names it. */
    public record Owner(String apiVersion, String kind, String name, String uid) {}

    /**
     * Memory of the whole container, agent included, as its cgroup counts it.
     *
     * @param pods pods seen in the last window
     * @param days days with samples, no more than have passed since the first
     * @param samples samples taken
     * @param peak highest, decaying
     * @param live most that a pod uses now; {@code null} where none runs
     * @param oomKills kernel kills remembered
     * @param oomLimit largest limit at which one happened
     * @param lastSample end of the last window that had samples; {@code null} where only a kill is known
     * @param daily the last days, for people to look at
     */
    public record Measured(
            int pods,
            int days,
            long samples,
            Bytes p50,
            Bytes p90,
            Bytes p99,
            Bytes peak,
            @Nullable Bytes live,
            int oomKills,
            @Nullable Bytes oomLimit,
            @Nullable Instant lastSample,
            Daily daily) {}

    /**
     * The last days, oldest first, at most {@value #MOST}.
     *
     * @param through the last of them, in UTC
     * @param peaks highest use of each; zero for a day without samples
     * @param kills kernel kills of each, as many numbers as there are peaks
     */
    public record Daily(LocalDate through, List<Bytes> peaks, List<Integer> kills) {

        /** How many days are told. */
        public static final int MOST = 14;
    }

    /**
     * A condition of the profile; the writer keeps {@code lastTransitionTime} while {@code holds} stays the same.
     *
     * @param type in CamelCase, such as {@code Ready}
     * @param reason one CamelCase word for programs
     * @param message for people, at most 1,024 characters
     */
    public record Condition(String type, boolean holds, String reason, String message) {}
}
