package dev.sidecarsizer.collect.prometheus;

import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.WorkloadKey;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What controls a pod or a ReplicaSet, as kube-state-metrics says it: the labels {@code owner_kind} and
 * {@code owner_name}.
 *
 * <p>It must come to the key that admission would have looked up ({@code mesh.Ownership}), or nobody would ever find the
 * profile: so a Job is named as there, by its name, whatever its own controller was. Where metrics cannot tell that key
 * (pods without a controller, kinds whose API group is not known here) there is none.
 */
public record Controller(String kind, String name) {

    private static final String REPLICA_SET = "ReplicaSet";

    private static final Pattern CRON_JOB = Pattern.compile("(.+)-\\d{8,10}");

    /** The characters that Kubernetes' hashes are written with. */
    private static final String HASH = "[bcdfghjklmnpqrstvwxz2456789]";

    private static final Pattern HASHED = Pattern.compile("(.+)-" + HASH + "{5,10}");
    private static final Pattern GENERATED = Pattern.compile("(.+)-" + HASH + "{5}");
    private static final Pattern NUMBERED = Pattern.compile("(.+)-\\d{1,7}");

    /** Metrics do not tell a kind's group. */
    private static final Map<String, String> GROUPS = Map.of(
            "Deployment",
            "apps",
            REPLICA_SET,
            "apps",
            "StatefulSet",
            "apps",
            "DaemonSet",
            "apps",
            "Job",
            "batch",
            "CronJob",
            "batch",
            "Rollout",
            "argoproj.io",
            "Workflow",
            "argoproj.io",
            "CloneSet",
            "apps.kruise.io");

    /** Of a series of {@code kube_pod_owner} or {@code kube_replicaset_owner}. */
    public static Controller of(Map<String, String> labels) {
        return new Controller(labels.getOrDefault("owner_kind", ""), labels.getOrDefault("owner_name", ""));
    }

    /**
     * What a pod of this name looks like it is controlled by, where nobody has said it; empty where names cannot tell,
     * as for a DaemonSet's.
     */
    public static Optional<Controller> ofPodNamed(String pod) {
        Matcher generated = GENERATED.matcher(pod);
        if (generated.matches()) {
            String controller = generated.group(1);
            if (CRON_JOB.matcher(controller).matches()) {
                return Optional.of(new Controller("Job", controller));
            }
            return HASHED.matcher(controller).matches()
                    ? Optional.of(new Controller(REPLICA_SET, controller))
                    : Optional.empty();
        }
        Matcher numbered = NUMBERED.matcher(pod);
        return numbered.matches() ? Optional.of(new Controller("StatefulSet", numbered.group(1))) : Optional.empty();
    }

    boolean isReplicaSet() {
        return kind.equals(REPLICA_SET);
    }

    /**
     * The workload of a pod in {@code namespace} with this controller.
     *
     * @param replicaSets what controls those that are known
     */
    public Optional<WorkloadKey> workload(String namespace, Map<PodName, Controller> replicaSets) {
        Controller top = this;
        if (isReplicaSet()) {
            Controller known = replicaSets.get(new PodName(namespace, name));
            Matcher hashed = HASHED.matcher(name);
            if (known != null) {
                // a ReplicaSet that nobody controls speaks for itself
                top = GROUPS.containsKey(known.kind) ? known : this;
            } else if (hashed.matches()) {
                top = new Controller("Deployment", hashed.group(1));
            }
        } else if (kind.equals("Job")) {
            Matcher cron = CRON_JOB.matcher(name);
            top = cron.matches() ? new Controller("CronJob", cron.group(1)) : this;
        }
        String group = GROUPS.get(top.kind);
        return group == null || top.name.isEmpty()
                ? Optional.empty()
                : Optional.of(new WorkloadKey(namespace, group, top.kind, top.name));
    }
}
