package dev.sidecarsizer.advice;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.profile.Finding.Evidence;
import java.util.List;

/**
 * pilot-agent, which shares the container, is larger than Envoy, and than the {@value #LEAST_MEBIBYTES} MiB that it may well
 * have, its program included: no setting of Envoy's makes it smaller.
 */
final class AgentDrives implements Rule {

    private static final long LEAST_MEBIBYTES = 64;
    private static final Bytes LEAST = Bytes.mebi(LEAST_MEBIBYTES);

    @Override
    public Answer judge(Known known) {
        Bytes agent = known.facts().memory().agent();
        Bytes envoy = known.facts().memory().physical();
        if (agent == null || envoy == null) {
            return Rule.lacks(
                    new Need("istio_agent_process_resident_memory_bytes", agent),
                    new Need("envoy_server_memory_physical_size", envoy));
        }
        if (!agent.isMore(envoy) || agent.isLess(LEAST)) {
            return Rule.healthy();
        }
        return Rule.found(
                null,
                "pilot-agent uses " + Text.mebi(agent) + ", Envoy " + Text.mebi(envoy)
                        + ": no setting of Envoy's will make it smaller",
                List.of(
                        new Evidence("agent", Text.mebi(agent), "istio_agent_process_resident_memory_bytes"),
                        new Evidence("Envoy", Text.mebi(envoy), "envoy_server_memory_physical_size")),
                "# what the agent holds: of one pod, on its port 15020\n"
                        + "kubectl exec --namespace " + known.workload().namespace() + " "
                        + Fix.named(known.workload())
                        + " --container istio-proxy -- curl --silent localhost:15020/stats/prometheus | grep ^istio_agent_");
    }
}
