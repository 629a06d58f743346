package dev.sidecarsizer.advice;

import dev.sidecarsizer.profile.Finding.Evidence;
import java.util.List;
import java.util.Locale;

/**
 * istiod sends all clusters anew, {@value #LEAST} times an hour or more: each time the proxy takes them apart beside those
 * that it has, and keeps what its allocator got for that.
 */
final class XdsChurn implements Rule {

    private static final int LEAST = 60;

    @Override
    public Answer judge(Known known) {
        Double pushes = known.facts().makeup().pushesPerHour();
        if (pushes == null) {
            return Rule.lacks(new Need("envoy_cluster_manager_cds_update_success, envoy_server_uptime", pushes));
        }
        if (pushes < LEAST) {
            return Rule.healthy();
        }
        String rate = String.format(Locale.ROOT, "%.0f", pushes);
        return Rule.found(
                null,
                "istiod sends all clusters anew " + rate
                        + " times an hour: what changes so often may concern none of the services that are called",
                List.of(new Evidence("pushes an hour", rate, "envoy_cluster_manager_cds_update_success")),
                "# what changes: the largest of these; a Sidecar resource, exportTo or discoverySelectors keep it from proxies\n"
                        + "kubectl exec --namespace istio-system deployment.apps/istiod -- curl --silent"
                        + " localhost:15014/metrics | grep -E '^pilot_(push_triggers|k8s_cfg_events|k8s_reg_events)'");
    }
}
