package dev.sidecarsizer.store;

import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.Arrays;
import java.util.Optional;

/** The kinds that are watched, each under the name that metrics and logs use. */
enum WatchedKind {
    PROFILES("sidecar-sizer.dev", "v1alpha1", SidecarProfile.KIND, "sidecarprofiles"),
    POLICIES("sidecar-sizer.dev", "v1alpha1", SidecarPolicy.KIND, "sidecarpolicies"),
    NAMESPACES("", "v1", "Namespace", "namespaces"),
    LIMIT_RANGES("", "v1", "LimitRange", "limitranges"),
    RESOURCE_QUOTAS("", "v1", "ResourceQuota", "resourcequotas"),
    HORIZONTAL_POD_AUTOSCALERS("autoscaling", "v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers"),
    /** One object of it, in our own namespace: the brake. */
    CONFIG_MAPS("", "v1", "ConfigMap", "configmaps"),
    /** Only where its API is served: readiness does not wait for it. */
    VERTICAL_POD_AUTOSCALERS("autoscaling.k8s.io", "v1", "VerticalPodAutoscaler", "verticalpodautoscalers");

    private final String group;
    private final String version;
    private final String kind;
    private final String plural;

    WatchedKind(String group, String version, String kind, String plural) {
        this.group = group;
        this.version = version;
        this.kind = kind;
        this.plural = plural;
    }

    ResourceDefinitionContext context() {
        return new ResourceDefinitionContext.Builder()
                .withGroup(group)
                .withVersion(version)
                .withKind(kind)
                .withPlural(plural)
                .withNamespaced(this != NAMESPACES)
                .build();
    }

    /** The kind that objects name so; empty where nobody reads such. */
    static Optional<WatchedKind> named(String kind) {
        return Arrays.stream(values()).filter(one -> one.kind.equals(kind)).findFirst();
    }

    /** Whether it is of the group of that {@code apiVersion}, in whichever version. */
    boolean isOfGroupIn(String apiVersion) {
        return group.isEmpty() ? version.equals(apiVersion) : apiVersion.startsWith(group + "/");
    }

    String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    String kind() {
        return kind;
    }

    /** The resource's name in the API, such as {@code limitranges}. */
    String plural() {
        return plural;
    }
}
