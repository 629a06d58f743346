package dev.sidecarsizer.advice;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.mesh.WorkloadKey;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Commands that answer findings. */
final class Fix {

    /** Follows where memory was short: a larger limit does not bound what one client may hold. */
    static final String SLOW_CLIENTS =
            "\n# where clients read slowly, bound what each holds: docs/overload.md#what-it-cannot-do";

    /** Whose pods kubectl can have made anew. */
    private static final Set<String> RESTARTED = Set.of("Deployment", "StatefulSet", "DaemonSet");

    private Fix() {}

    /** Lets new pods of the workload be sized, where they are not yet, and has them made. */
    static String size(Known known) {
        WorkloadKey workload = known.workload();
        return known.mode() == Mode.ENFORCE
                ? "# new pods are sized already; these are from before, or were sized by less history\n"
                        + restart(workload)
                : "kubectl label namespace " + workload.namespace() + " sidecar-sizer.dev/mode=enforce --overwrite\n"
                        + restart(workload);
    }

    /**
     * The same, for a proxy that needs more than it has.
     *
     * @param has the limit that was too small
     */
    static String sizeUp(Known known, @Nullable Bytes has) {
        if (!known.mayHaveMoreThan(has)) {
            return "# its policy's ceiling of " + known.ceiling()
                    + " allows no more: find what makes it large among its other findings, or raise the ceiling\n"
                    + "kubectl get sidecarprofiles --namespace "
                    + known.workload().namespace() + " --output yaml";
        }
        return (known.recommendation() == null
                        ? "# once there is a recommendation, which takes a day of samples\n"
                        : "")
                + size(known);
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
