package dev.sidecarsizer.advice;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Autoscaler;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Commands that answer findings. */
final class Fix {

    /** Follows where memory was short: a larger limit does not bound what one client may hold. */
    static final String SLOW_CLIENTS =
            "\n# where clients read slowly, bound what each holds: deploy/components/connection-buffers (docs/overload.md)";

    private Fix() {}

    /** Lets new pods of the workload be sized, where they are not yet, and has them made. */
    static String size(Known known) {
        WorkloadKey workload = known.workload();
        Autoscaler holder = known.heldBy();
        boolean enforced = known.mode() == Mode.ENFORCE;
        String first = holder != null
                ? free(holder, workload.namespace())
                : enforced
                        ? "# new pods are sized already; these are from before, or were sized by less history\n"
                        : "";
        String label =
                "kubectl label namespace " + workload.namespace() + " sidecar-sizer.dev/mode=enforce --overwrite\n";
        return first + (enforced ? "" : label) + restart(workload);
    }

    /** Has an autoscaler leave the proxy's memory to us. */
    private static String free(Autoscaler holder, String namespace) {
        boolean vertical = holder.kind().equals(Autoscaler.VERTICAL);
        return "# " + holder.kind() + " " + holder.name()
                + (vertical
                        ? " sizes it: have its container policy for istio-proxy say mode \"Off\"\n"
                        : " scales by a share of its request: have it scale by a container (ContainerResource), or by an"
                                + " amount (AverageValue)\n")
                + "kubectl edit " + holder.kind().toLowerCase(Locale.ROOT) + " --namespace " + namespace + " "
                + holder.name() + "\n";
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
        return workload.canBeRestarted()
                ? "kubectl rollout restart --namespace " + workload.namespace() + " " + named(workload)
                : "# its next pods have it";
    }

    /** The workload as kubectl takes it, such as {@code deployment.apps/reviews}. */
    static String named(WorkloadKey workload) {
        String kind = workload.kind().toLowerCase(Locale.ROOT);
        return (workload.group().isEmpty() ? kind : kind + "." + workload.group()) + "/" + workload.name();
    }
}
