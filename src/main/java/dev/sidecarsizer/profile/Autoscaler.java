package dev.sidecarsizer.profile;

import dev.sidecarsizer.mesh.ProxyContainer;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Another controller that resizes or scales a workload.
 *
 * @param kind {@value #HORIZONTAL} or {@value #VERTICAL}
 * @param name name of the object, which is in the workload's namespace
 * @param proxyResources resources of the proxy container, such as {@code memory}, that a vertical one sets, or of whose
 *     request a horizontal one scales by a share
 * @param updateMode how far a vertical one goes, such as {@code Initial}; {@code null} where its default holds
 * @param metrics what a horizontal one scales by, each once
 */
public record Autoscaler(
        String kind, String name, List<String> proxyResources, @Nullable String updateMode, List<Metric> metrics) {

    public static final String HORIZONTAL = "HorizontalPodAutoscaler";
    public static final String VERTICAL = "VerticalPodAutoscaler";

    private static final String MEMORY = "memory";

    /** Whether another memory request or limit of the proxy is its business. */
    public boolean concernsProxyMemory() {
        return proxyResources.contains(MEMORY);
    }

    /** What it does, for people: {@code Auto, sets the proxy's memory}, or {@code by cpu (Utilization), by External}. */
    public String does() {
        String resources = String.join(" and ", proxyResources);
        StringJoiner all = new StringJoiner(", ");
        if (updateMode != null) {
            all.add(updateMode);
        }
        metrics.forEach(metric -> all.add("by " + metric.says()));
        if (!kind.equals(HORIZONTAL)) {
            all.add(resources.isEmpty() ? "leaves the proxy alone" : "sets the proxy's " + resources);
        } else if (!resources.isEmpty()) {
            all.add("depends on the proxy's " + resources + " request");
        }
        return all.toString();
    }

    /** The same beside a native sidecar, which a VerticalPodAutoscaler leaves alone, whatever its object says. */
    public Autoscaler besideNativeSidecar() {
        return kind.equals(VERTICAL) ? new Autoscaler(kind, name, List.of(), updateMode, metrics) : this;
    }

    /**
     * What a HorizontalPodAutoscaler scales by.
     *
     * @param type such as {@value #OF_ALL}, of all containers, {@code ContainerResource}, of one, or {@code External}
     * @param resource {@code cpu} or {@code memory}; {@code null} for what is no resource of the pod
     * @param container whose it is; {@code null} for all of the pod
     * @param target {@code Utilization}, a share of what is requested, or {@code AverageValue}, an amount; {@code null} for
     *     what is no resource of the pod
     */
    public record Metric(String type, @Nullable String resource, @Nullable String container, @Nullable String target) {

        /** The type of what all containers of a pod have their part in. */
        public static final String OF_ALL = "Resource";

        private static final String AMOUNT = "AverageValue";

        private String says() {
            return (resource == null ? type : resource)
                    + (container == null ? "" : " of " + container)
                    + (target == null ? "" : " (" + target + ")");
        }

        /**
         * Whether another request of the proxy's would be another scale. An amount is the same whatever is requested; what
         * is not known to be one counts as a share.
         */
        public boolean dependsOnProxyRequest() {
            return resource != null
                    && (type.equals(OF_ALL) || ProxyContainer.NAME.equals(container))
                    && !AMOUNT.equals(target);
        }
    }
}
