package dev.sidecarsizer.profile;

import dev.sidecarsizer.mesh.WorkloadKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The port through which the leader keeps what it learnt, so that the next one goes on from there. Never called in the
 * admission path; each call may wait for the API server.
 */
public interface Histories {

    /** Takes what is kept. */
    @FunctionalInterface
    interface Kept {

        /**
         * Takes one subject's.
         *
         * @param history as {@link Learnt#history()} was
         * @param trial as {@link Guarded#trial()} was
         */
        void take(Subject subject, String history, @Nullable String trial);
    }

    /** Takes what profiles show that no look tells again. */
    @FunctionalInterface
    interface Shown {

        /**
         * Takes one subject's.
         *
         * @param facts as {@link ProxyFacts#lasting} makes them: no more than counters of pods that are gone would
         * @param autoscalers as {@link Learnt#autoscalers()} were
         * @param rollout as {@link Guarded#rollout()} was
         * @param leftAlone pods that ran and were not sized, and were not missed
         */
        void take(
                Subject subject,
                ProxyFacts facts,
                List<Autoscaler> autoscalers,
                @Nullable Rollout rollout,
                int leftAlone);
    }

    /**
     * Gives every history that is kept.
     *
     * @throws RuntimeException where they cannot be read; nothing may be written then
     */
    void read(Kept into);

    /**
     * Gives what profiles of workloads show.
     *
     * @throws RuntimeException where they cannot be read; nothing may be written then
     */
    void readFacts(Shown into);

    /**
     * Keeps one, and shows what it says in the subject's profile. Both are replaced as a whole, so that writing it twice
     * is the same as writing it once.
     *
     * @throws ProfileSink.Refused where it cannot be written, now or later
     * @throws RuntimeException where it could not be written; the caller tries again
     */
    void write(Learnt learnt);

    /** Drops the history of a workload that is gone for good, and its profile. */
    void forget(Subject subject);

    /**
     * Tells the owner of a workload something, as an Event on it; lost where it cannot be told.
     *
     * @param reason one CamelCase word, such as {@code SidecarOOMKilled}
     */
    void tell(WorkloadKey workload, Learnt.Owner owner, String reason, String message);
}
