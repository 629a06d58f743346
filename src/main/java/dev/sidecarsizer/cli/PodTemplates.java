package dev.sidecarsizer.cli;

import dev.sidecarsizer.mesh.WorkloadKey;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What Kubernetes' own controllers make pods from. */
final class PodTemplates {

    private static final Map<String, Set<String>> KINDS = Map.of(
            "apps", Set.of("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"), "batch", Set.of("Job", "CronJob"));

    private PodTemplates() {}

    /** Labels of the template; empty where the workload is gone, or of another kind. */
    static Optional<Map<String, String>> labels(KubernetesClient client, WorkloadKey workload) {
        if (!KINDS.getOrDefault(workload.group(), Set.of()).contains(workload.kind())) {
            return Optional.empty();
        }
        ResourceDefinitionContext kind = new ResourceDefinitionContext.Builder()
                .withGroup(workload.group())
                .withVersion("v1")
                .withKind(workload.kind())
                .withNamespaced(true)
                .build();
        GenericKubernetesResource found = client.genericKubernetesResources(kind)
                .inNamespace(workload.namespace())
                .withName(workload.name())
                .get();
        return Optional.ofNullable(found).map(one -> {
            Object labels = workload.kind().equals("CronJob")
                    ? one.get("spec", "jobTemplate", "spec", "template", "metadata", "labels")
                    : one.get("spec", "template", "metadata", "labels");
            Map<String, String> texts = new LinkedHashMap<>();
            if (labels instanceof Map<?, ?> all) {
                all.forEach((label, value) -> texts.put(String.valueOf(label), String.valueOf(value)));
            }
            return texts;
        });
    }
}
