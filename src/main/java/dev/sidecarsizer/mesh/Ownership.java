package dev.sidecarsizer.mesh;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * Which workload a pod belongs to, from the pod alone: at admission there is nothing else to ask, and no time.
 *
 * <p>Follows Istio's own rules, so that its telemetry and our profiles agree on names.
 */
public final class Ownership {

    private static final String HASH = "pod-template-hash";
    private static final String ROLLOUT_HASH = "rollouts-pod-template-hash";
    private static final String DEPLOYMENT_CONFIG = "deploymentconfig";
    private static final Pattern CRON_JOB = Pattern.compile("(.+)-\\d{8,10}");

    /** What the API server lets a kind be called; in an owner reference it does not look. */
    private static final int LONGEST_KIND = 63;

    /** A group, a slash, and a version. */
    private static final int LONGEST_VERSION = 253 + 1 + 63;

    private Ownership() {}

    /**
     * The workload of {@code pod}.
     *
     * @param groupBy labels whose values name the workload, where the pod has them all: for owners whose names are
     *     unique every time (Argo Workflows, Spark)
     * @throws MalformedPod where its controller cannot be one
     */
    public static WorkloadKey workload(Pod pod, List<String> groupBy) {
        WorkloadKey named = byOwner(pod);
        return group(pod, groupBy)
                .map(name -> new WorkloadKey(named.namespace(), named.group(), named.kind(), name))
                .orElse(named);
    }

    private static WorkloadKey byOwner(Pod pod) {
        JsonNode owner = controller(pod);
        if (owner.isMissingNode()) {
            return named(pod, "v1", "Pod", ownName(pod));
        }
        String version = owner.path("apiVersion").asString("");
        String kind = owner.path("kind").asString("");
        String name = owner.path("name").asString("");
        if (kind.length() > LONGEST_KIND || version.length() > LONGEST_VERSION) {
            throw new MalformedPod("the pod's controller has a kind or an apiVersion longer than any that there is");
        }
        return switch (kind) {
            case "ReplicaSet" ->
                without(name, pod.label(ROLLOUT_HASH))
                        .map(base -> named(pod, "argoproj.io/v1alpha1", "Rollout", base))
                        .or(() -> without(name, pod.label(HASH)).map(base -> named(pod, "apps/v1", "Deployment", base)))
                        .orElseGet(() -> named(pod, version, kind, name));
            case "ReplicationController" ->
                pod.label(DEPLOYMENT_CONFIG)
                        .map(config -> named(pod, "apps.openshift.io/v1", "DeploymentConfig", config))
                        .orElseGet(() -> named(pod, version, kind, name));
            case "Job" -> {
                Matcher cron = CRON_JOB.matcher(name);
                yield cron.matches()
                        ? named(pod, "batch/v1", "CronJob", cron.group(1))
                        : named(pod, version, kind, name);
            }
            default -> named(pod, version, kind, name);
        };
    }

    /** The pod template that a pod was made from, by its hash. */
    public static Optional<String> revision(Pod pod) {
        return pod.label(ROLLOUT_HASH).or(() -> pod.label(HASH)).or(() -> pod.label("controller-revision-hash"));
    }

    private static JsonNode controller(Pod pod) {
        return pod.tree()
                .at("/metadata/ownerReferences")
                .valueStream()
                .filter(owner -> owner.path("controller").asBoolean(false))
                .findFirst()
                .orElse(pod.tree().path("no owner"));
    }

    private static Optional<String> group(Pod pod, List<String> groupBy) {
        List<String> values =
                groupBy.stream().flatMap(label -> pod.label(label).stream()).toList();
        boolean whole = !values.isEmpty() && values.size() == groupBy.size();
        return whole ? Optional.of(values.stream().collect(Collectors.joining("."))) : Optional.empty();
    }

    private static Optional<String> without(String name, Optional<String> hash) {
        return hash.filter(suffix -> !suffix.isEmpty() && name.endsWith("-" + suffix))
                .map(suffix -> name.substring(0, name.length() - suffix.length() - 1));
    }

    /** A bare pod's name, or the part that it has in common with the others of its {@code generateName}. */
    private static String ownName(Pod pod) {
        JsonNode metadata = pod.tree().path("metadata");
        String generated = metadata.path("generateName").asString("");
        return generated.isEmpty()
                ? metadata.path("name").asString("")
                : generated.endsWith("-") ? generated.substring(0, generated.length() - 1) : generated;
    }

    private static WorkloadKey named(Pod pod, String apiVersion, String kind, String name) {
        return WorkloadKey.of(pod.namespace(), apiVersion, kind, name);
    }
}
