package dev.sidecarsizer.advice;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.profile.Finding.Evidence;
import dev.sidecarsizer.profile.Learnt.Measured;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The workload should have more than its policy allows: the recommended limit, or a limit at which the kernel killed, is no
 * less than the ceiling. More memory would feed the cause.
 */
final class AtCeiling implements Rule {

    @Override
    public Answer judge(Known known) {
        Bytes ceiling = known.ceiling();
        Bytes recommended = known.recommendedLimit();
        Bytes killedAt = killedAt(known.measured());
        if (ceiling == null || (recommended == null && killedAt == null)) {
            return Rule.lacks(new Need("the policy's ceiling", ceiling), new Need("a recommendation", recommended));
        }
        List<Evidence> evidence =
                new ArrayList<>(List.of(new Evidence("ceiling", ceiling.toString(), "SidecarPolicy")));
        if (recommended != null && !recommended.isLess(ceiling)) {
            evidence.add(
                    new Evidence("recommended limit", recommended.toString(), "status.recommendation.memoryLimit"));
        }
        if (killedAt != null && !killedAt.isLess(ceiling)) {
            evidence.add(new Evidence("largest limit at a kill", killedAt.toString(), "status.observed.oomLimit"));
        }
        if (evidence.size() == 1) {
            return Rule.healthy();
        }
        return Rule.found(
                null,
                "the proxy would need more than its policy's ceiling of " + ceiling
                        + ": find what makes it large, and raise the ceiling only for what is meant to be",
                evidence,
                "# the workload's other findings, by size\nkubectl get sidecarprofiles --namespace "
                        + known.workload().namespace() + " --output yaml");
    }

    private static @Nullable Bytes killedAt(@Nullable Measured measured) {
        return measured == null ? null : measured.oomLimit();
    }
}
