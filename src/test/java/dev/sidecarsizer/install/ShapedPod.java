package dev.sidecarsizer.install;

import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Pods by how they ask for memory, each of whatever workload is wanted. */
enum ShapedPod {
    NATIVE(InjectedPod.REVIEWS, pod -> pod),
    CLASSIC(InjectedPod.PAYMENTS, pod -> pod),
    SMALL(InjectedPod.REVIEWS, ShapedPod::small),
    NATIVE_GUARANTEED(InjectedPod.REVIEWS, ShapedPod::guaranteed),
    CLASSIC_GUARANTEED(InjectedPod.PAYMENTS, ShapedPod::guaranteed),
    LIMITS_ONLY(InjectedPod.REVIEWS, pod -> resources(pod, "512Mi", null)),
    CLASSIC_LIMITS_ONLY(InjectedPod.PAYMENTS, pod -> resources(pod, "512Mi", null)),
    REQUESTS_ONLY(InjectedPod.REVIEWS, pod -> resources(pod, null, "128Mi")),
    NO_MEMORY(InjectedPod.REVIEWS, pod -> resources(pod, null, null)),
    BEST_EFFORT(InjectedPod.REVIEWS, ShapedPod::bestEffort),
    EQUAL_MEMORY(InjectedPod.REVIEWS, pod -> resources(pod, "256Mi", "256Mi")),
    POD_LEVEL(InjectedPod.REVIEWS, pod -> podLevel(pod, "1536Mi", "2Gi")),
    CLASSIC_POD_LEVEL(InjectedPod.PAYMENTS, pod -> podLevel(pod, "1536Mi", "2Gi")),
    TIGHT_POD_LEVEL(InjectedPod.REVIEWS, pod -> podLevel(pod, "384Mi", "1Gi")),
    CLASSIC_TIGHT_POD_LEVEL(InjectedPod.PAYMENTS, pod -> podLevel(pod, "512Mi", "1Gi")),
    POD_LEVEL_GUARANTEED(InjectedPod.REVIEWS, pod -> podLevel(pod, "1536Mi", "1536Mi")),
    OWNER_ASKS_FOR_LITTLE(InjectedPod.REVIEWS, pod -> annotated(pod, "16Mi")),
    OWNER_ASKS_FOR_MUCH(InjectedPod.REVIEWS, pod -> annotated(pod, "1Ti")),
    OWNER_ASKS_FOR_NONSENSE(InjectedPod.REVIEWS, pod -> annotated(pod, "1e999999999"));

    private final InjectedPod like;

    @SuppressWarnings("ImmutableEnumChecker") // functions without state of their own
    private final UnaryOperator<ObjectNode> shape;

    ShapedPod(InjectedPod like, UnaryOperator<ObjectNode> shape) {
        this.like = like;
        this.shape = shape;
    }

    /** Such a pod of that Deployment. */
    ObjectNode of(String deployment) {
        ObjectNode pod = like.json("bounds");
        pod.withObject("/metadata/annotations").remove("sidecar-sizer.dev/memory-limit");
        String hash = pod.at("/metadata/labels/pod-template-hash").asString();
        pod.withArray("/metadata/ownerReferences")
                .forEach(owner -> ((ObjectNode) owner).put("name", deployment + "-" + hash));
        return shape.apply(pod);
    }

    /** Every container asks for what it may have at most. */
    private static ObjectNode guaranteed(ObjectNode pod) {
        for (ObjectNode container : containers(pod)) {
            ObjectNode limits = container.withObject("/resources/limits");
            limits.put("cpu", limits.path("cpu").asString("1"));
            limits.put("memory", limits.path("memory").asString("256Mi"));
            container.withObject("/resources").set("requests", limits.deepCopy());
        }
        return pod;
    }

    private static ObjectNode small(ObjectNode pod) {
        for (ObjectNode container : containers(pod)) {
            ObjectNode resources = container.putObject("resources");
            resources.putObject("requests").put("memory", "128Mi");
            resources.putObject("limits").put("memory", "256Mi");
        }
        return pod;
    }

    private static ObjectNode bestEffort(ObjectNode pod) {
        containers(pod).forEach(container -> container.remove("resources"));
        return pod;
    }

    private static ObjectNode resources(ObjectNode pod, @Nullable String limit, @Nullable String request) {
        ObjectNode resources = proxy(pod).putObject("resources");
        if (limit != null) {
            resources.putObject("limits").put("memory", limit);
        }
        if (request != null) {
            resources.putObject("requests").put("memory", request);
        }
        return pod;
    }

    private static ObjectNode podLevel(ObjectNode pod, String request, String limit) {
        ObjectNode resources = pod.withObject("/spec/resources");
        resources.putObject("requests").put("memory", request).put("cpu", "4");
        resources.putObject("limits").put("memory", limit).put("cpu", "4");
        return pod;
    }

    private static ObjectNode annotated(ObjectNode pod, String limit) {
        pod.withObject("/metadata/annotations").put("sidecar-sizer.dev/memory-limit", limit);
        return pod;
    }

    private static ObjectNode proxy(ObjectNode pod) {
        return containers(pod).stream()
                .filter(container -> container.path("name").asString().equals("istio-proxy"))
                .findFirst()
                .orElseThrow();
    }

    private static List<ObjectNode> containers(ObjectNode pod) {
        ArrayNode all = pod.arrayNode();
        all.addAll(pod.withArray("/spec/initContainers"));
        all.addAll(pod.withArray("/spec/containers"));
        return all.valueStream().map(ObjectNode.class::cast).toList();
    }
}
