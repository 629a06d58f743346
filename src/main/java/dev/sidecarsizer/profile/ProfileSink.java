package dev.sidecarsizer.profile;

import dev.sidecarsizer.mesh.WorkloadKey;
import java.util.List;

/** The port through which what we learned of a workload is written. Never called in the admission path. */
public interface ProfileSink {

    /**
     * Adds {@code tallies} to what the workload's profile already counts, so that several replicas sum up. May make
     * the profile where there is none, or leave it at that for a workload that will not be seen again.
     *
     * @throws Refused where it cannot be written, now or later: trying again is of no use
     * @throws RuntimeException where it could not be written; nothing was added then, and the caller may try again
     */
    void add(WorkloadKey workload, List<DecisionTally> tallies);

    /** What was to be written is refused for good: its namespace is gone, or it is not what a profile may hold. */
    final class Refused extends RuntimeException {

        /**
         * @param why in one line, for the log
         */
        public Refused(String why, Throwable cause) {
            super(why, cause);
        }
    }
}
