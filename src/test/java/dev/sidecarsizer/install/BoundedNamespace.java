package dev.sidecarsizer.install;

import dev.sidecarsizer.cluster.ControlPlane;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a namespace lets pods have, and two namespaces that have it: one in which we size and one in which we do not.
 */
enum BoundedNamespace {
    FREE(null, null),
    NARROW_MAX("{type: Container, max: {memory: 256Mi}}", null),
    MIN("{type: Container, min: {memory: 128Mi}}", null),
    RATIO("{type: Container, maxLimitRequestRatio: {memory: 8}}", null),
    NO_BURST("{type: Container, maxLimitRequestRatio: {memory: 1}}", null),
    DEFAULTS("{type: Container, default: {memory: 300Mi}, defaultRequest: {memory: 200Mi}}", null),
    POD_MAX("{type: Pod, max: {memory: 1536Mi}}", null),
    POD_MIN("{type: Pod, min: {memory: 384Mi}}", null),
    POD_RATIO("{type: Pod, maxLimitRequestRatio: {memory: 4}}", null),
    /** To the byte what the injected pod of {@code reviews} asks for. */
    TIGHT_QUOTA(null, "{requests.memory: 384Mi, limits.memory: 1536Mi}"),
    QUOTA_AND_RANGE(
            "{type: Container, min: {memory: 32Mi}, max: {memory: 1Gi}, maxLimitRequestRatio: {memory: 10}}",
            "{requests.memory: 384Mi, limits.memory: 1536Mi}"),
    /** The last to be made: a replica that bends to its bounds has seen all. */
    LAST("{type: Container, max: {memory: 1Gi}}", "{requests.memory: 100Gi, limits.memory: 100Gi}");

    private final @Nullable String range;
    private final @Nullable String quota;

    BoundedNamespace(@Nullable String range, @Nullable String quota) {
        this.range = range;
        this.quota = quota;
    }

    String sized() {
        return "bounds-" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String notSized() {
        return sized() + "-without";
    }

    void createOn(ControlPlane plane) {
        plane.createNamespace(sized(), Map.of("sidecar-sizer.dev/mode", "enforce"));
        plane.createNamespace(notSized(), Map.of());
    }

    /** All objects of both, one after another. */
    String manifests() {
        return """
                apiVersion: sidecar-sizer.dev/v1alpha1
                kind: SidecarPolicy
                metadata: {name: wide, namespace: %s}
                spec: {floor: 16Mi, ceiling: 1Ti, headroom: 1}
                """
                        .formatted(sized())
                + bounds(sized())
                + bounds(notSized());
    }

    /** What the quota controller, which does not run here, would find. */
    String status() {
        return quota == null ? "" : quota(sized()) + quota(notSized());
    }

    private String bounds(String namespace) {
        String limits = range == null
                ? ""
                : """
                ---
                apiVersion: v1
                kind: LimitRange
                metadata: {name: bounds, namespace: %s}
                spec: {limits: [%s]}
                """
                        .formatted(namespace, range);
        return limits + (quota == null ? "" : quota(namespace));
    }

    private String quota(String namespace) {
        return """
                ---
                apiVersion: v1
                kind: ResourceQuota
                metadata: {name: bounds, namespace: %s}
                spec: {hard: %s}
                status: {hard: %s, used: {requests.memory: "0", limits.memory: "0"}}
                """
                .formatted(namespace, quota, quota);
    }
}
