package dev.sidecarsizer.audit;

import dev.sidecarsizer.mesh.WorkloadKey;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workloads whose decisions are refused for good, each logged once until it is written again. Where a kind is gone
 * all are refused: of many only the first are named.
 */
final class Refusals {

    static final int MOST_TOLD = 20;

    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);

    private final Set<WorkloadKey> told = new HashSet<>();

    synchronized void tell(WorkloadKey workload, String why) {
        if (told.size() < MOST_TOLD && told.add(workload)) {
            LOG.warn(
                    "decisions of {} are given up: {}{}",
                    workload,
                    why,
                    told.size() < MOST_TOLD ? "" : " (further ones are only counted)");
        }
    }

    synchronized void forget(WorkloadKey workload) {
        told.remove(workload);
    }
}
