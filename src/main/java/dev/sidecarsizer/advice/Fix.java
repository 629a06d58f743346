package dev.sidecarsizer.advice;

import dev.sidecarsizer.mesh.WorkloadKey;
import java.util.Locale;
import java.util.Set;

/** Commands that answer findings. */
final class Fix {

    /** Follows where memory was short: a larger limit does not bound what one client may hold. */
    static final String SLOW_CLIENTS =
            "\n# where clients read slowly, bound what each holds: docs/overload.md#what-it-cannot-do";

    /** Whose pods kubectl can have made anew. */
    private static final Set<String> RESTARTED = Set.of("Deployment", "StatefulSet", "DaemonSet");

    private Fix() {}

    /** Lets new pods of the workload be sized, and has them made. */
    static String enforce(WorkloadKey workload) {
        return "kubectl label namespace " + workload.namespace() + " sidecar-sizer.dev/mode=enforce --overwrite\n"
                + restart(workload);
    }

    /** Has its pods made anew. */
    static String restart(WorkloadKey workload) {
        return RESTARTED.contains(workload.kind())
                ? "kubectl rollout restart --namespace " + workload.namespace() + " " + named(workload)
                : "# its next pods have it";
    }

    /** The workload as kubectl takes it, such as {@code deployment.apps/reviews}. */
    static String named(WorkloadKey workload) {
        String kind = workload.kind().toLowerCase(Locale.ROOT);
        return (workload.group().isEmpty() ? kind : kind + "." + workload.group()) + "/" + workload.name();
    }
}
