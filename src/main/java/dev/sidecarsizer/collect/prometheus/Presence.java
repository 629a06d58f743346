package dev.sidecarsizer.collect.prometheus;

import java.util.List;

/**
 * Which of the series that are asked for Prometheus has.
 *
 * @param found names of the queries that some series answer
 * @param missing the others, but for those that may well be absent
 */
public record Presence(List<String> found, List<Missing> missing) {

    /** Whether something is missing without which nothing can be learnt. */
    public boolean isUseless() {
        return missing.stream().anyMatch(Missing::needed);
    }

    /**
     * A query that no series answers.
     *
     * @param query its name as a property, such as {@code working-set}
     * @param asked what was asked for
     * @param needed whether nothing can be learnt without it
     * @param cost what is lost without it
     */
    public record Missing(String query, String asked, boolean needed, String cost) {

        /** For the log. */
        @Override
        public String toString() {
            return "no series answers " + asked + " (sidecar-sizer.collect.prometheus.queries." + query + "): " + cost;
        }
    }
}
