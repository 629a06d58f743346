package dev.sidecarsizer.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Autoscaler;
import dev.sidecarsizer.profile.Autoscaler.Metric;
import dev.sidecarsizer.sizing.Surroundings;
import dev.sidecarsizer.sizing.Surroundings.MemoryRange;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RememberedSurroundingsTest {

    private static final WorkloadKey REVIEWS = new WorkloadKey("shop", "apps", "Deployment", "reviews");

    private final RememberedSurroundings surroundings = new RememberedSurroundings();

    @Test
    void aNamespaceNotSeenYetIsNotTheSameAsOneThatDidNotOptIn() {
        surroundings.namespaces().remember(namespace("shop", Map.of()));
        surroundings.namespaces().remember(namespace("bank", Map.of(Mode.LABEL, "audit")));
        surroundings.namespaces().remember(namespace("odd", Map.of(Mode.LABEL, "Enforce!")));

        assertThat(surroundings.mode("shop")).contains(Mode.OFF);
        assertThat(surroundings.mode("bank")).contains(Mode.AUDIT);
        assertThat(surroundings.mode("odd")).contains(Mode.OFF);
        assertThat(surroundings.mode("unseen")).isEmpty();

        surroundings.namespaces().forget("bank");

        assertThat(surroundings.mode("bank")).isEmpty();
    }

    @Test
    void readsWhatLimitRangesSayOfMemory() {
        surroundings
                .limitRanges()
                .remember(
                        Written.object(
                                "range",
                                """
                spec:
                  limits:
                  - {type: Container, min: {memory: 64Mi, cpu: 10m}, max: {memory: 1Gi}, maxLimitRequestRatio: {memory: "2"}}
                  - {type: Pod, max: {memory: 2Gi}}
                  - {type: Container, default: {memory: 128Mi}}
                  - {type: PersistentVolumeClaim, max: {storage: 1Gi, memory: 1Gi}}
                """));

        assertThat(surroundings.of(REVIEWS).ranges())
                .containsExactly(
                        new MemoryRange(false, Bytes.mebi(64), Bytes.mebi(1024), 2.0),
                        new MemoryRange(true, null, Bytes.mebi(2048), null));
        assertThat(surroundings.of(new WorkloadKey("bank", "apps", "Deployment", "reviews")))
                .isEqualTo(Surroundings.NONE);
    }

    @ParameterizedTest
    @CsvSource({"1500m, 1.5", "2, 2.0", "1.25, 1.25", "1e3, 1000.0", "4k, 4000.0"})
    void aRatioIsAQuantityToo(String written, double ratio) {
        surroundings
                .limitRanges()
                .remember(Written.object(
                        "range",
                        "spec: {limits: [{type: Container, maxLimitRequestRatio: {memory: \"" + written + "\"}}]}"));

        assertThat(surroundings.of(REVIEWS).ranges()).containsExactly(new MemoryRange(false, null, null, ratio));
    }

    @Test
    void onlyAQuotaThatCountsMemoryCounts() {
        surroundings.resourceQuotas().remember(Written.object("pods", "spec: {hard: {pods: 10, limits.cpu: 4}}"));
        assertThat(surroundings.of(REVIEWS).memoryQuota()).isFalse();

        surroundings.resourceQuotas().remember(Written.object("pods", "spec: {hard: {pods: 10, limits.memory: 4Gi}}"));
        assertThat(surroundings.of(REVIEWS).memoryQuota()).isTrue();

        surroundings.resourceQuotas().remember(Written.object("pods", "spec: {hard: {pods: 10}}"));
        assertThat(surroundings.of(REVIEWS).memoryQuota()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{type: Resource, resource: {name: memory, target: {type: Utilization, averageUtilization: 80}}} | true",
                "{type: Resource, resource: {name: memory, target: {type: AverageValue, averageValue: 1Gi}}} | false",
                "{type: Resource, resource: {name: memory, target: {type: Newer}}} | true",
                "{type: Resource, resource: {name: memory, target: {averageUtilization: 80}}} | true",
                "{type: Resource, resource: {name: memory}} | true",
                "{type: Resource, resource: {name: cpu}} | false",
                "{type: ContainerResource, containerResource: {name: memory, container: istio-proxy}} | true",
                "{type: ContainerResource, containerResource: {name: memory, container: istio-proxy, target: {type: AverageValue}}} | false",
                "{type: ContainerResource, containerResource: {name: memory, container: app}} | false",
                "{type: ContainerResource, containerResource: {name: memory}} | false",
                "{type: Pods, pods: {metric: {name: memory}}} | false",
                "null | false"
            })
    void anAutoscalerByMemoryThatIncludesTheProxys(String metric, boolean counts) {
        surroundings
                .horizontalPodAutoscalers()
                .remember(Written.object(
                        "hpa",
                        "spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: reviews}, metrics: ["
                                + metric + "]}"));

        assertThat(surroundings.of(REVIEWS).hpaOnMemory()).isEqualTo(counts);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a: b | true",
                "updatePolicy: {updateMode: Initial} | true",
                "updatePolicy: {updateMode: 'Off'} | false",
                "resourcePolicy: {containerPolicies: [{containerName: istio-proxy, mode: 'Off'}]} | false",
                "resourcePolicy: {containerPolicies: [{containerName: '*', mode: 'Off'}]} | false",
                "resourcePolicy: {containerPolicies: [{containerName: '*', mode: 'Off'}, {containerName: istio-proxy}]} | true",
                "resourcePolicy: {containerPolicies: [{containerName: '*'}, {containerName: istio-proxy, mode: 'Off'}]} | false",
                "resourcePolicy: {containerPolicies: [{containerName: app, mode: 'Off'}]} | true",
                "resourcePolicy: {containerPolicies: [{containerName: '*', controlledResources: [cpu]}]} | false",
                "resourcePolicy: {containerPolicies: [{containerName: '*', controlledResources: [cpu, memory]}]} | true",
                "resourcePolicy: {} | true"
            })
    void aVerticalAutoscalerThatSizesTheProxysMemory(String rest, boolean owns) {
        surroundings
                .verticalPodAutoscalers()
                .remember(Written.object(
                        "vpa",
                        "spec: {targetRef: {apiVersion: apps/v1, kind: Deployment, name: reviews}, " + rest + "}"));

        assertThat(surroundings.of(REVIEWS).vpaOwnsProxy()).isEqualTo(owns);

        surroundings.forgetVerticalPodAutoscalers();

        assertThat(surroundings.of(REVIEWS).vpaOwnsProxy()).isFalse();
    }

    @Test
    void tellsWhoElseResizesOrScalesAWorkloadAndByWhat() {
        String target = "{apiVersion: apps/v1, kind: Deployment, name: reviews}";
        surroundings
                .horizontalPodAutoscalers()
                .remember(
                        Written.object(
                                "hpa",
                                "spec: {scaleTargetRef: " + target
                                        + """
                , metrics: [
                    {type: Resource, resource: {name: memory, target: {type: Utilization, averageUtilization: 80}}},
                    {type: ContainerResource, containerResource: {name: cpu, container: app, target: {type: Utilization}}},
                    {type: External, external: {metric: {name: queue}}},
                    {type: External, external: {metric: {name: lag}}}]}
                """));
        surroundings
                .verticalPodAutoscalers()
                .remember(
                        Written.object(
                                "vpa",
                                "spec: {targetRef: " + target
                                        + ", updatePolicy: {updateMode: Initial}"
                                        + ", resourcePolicy: {containerPolicies: [{containerName: '*', controlledResources: [cpu]}]}}"));
        surroundings
                .verticalPodAutoscalers()
                .remember(Written.object(
                        "recommends", "spec: {targetRef: " + target + ", updatePolicy: {updateMode: 'Off'}}"));

        assertThat(surroundings.over(REVIEWS))
                .containsExactly(
                        new Autoscaler(
                                Autoscaler.HORIZONTAL,
                                "hpa",
                                List.of("memory"),
                                null,
                                List.of(
                                        new Metric("Resource", "memory", null, "Utilization"),
                                        new Metric("ContainerResource", "cpu", "app", "Utilization"),
                                        new Metric("External", null, null, null))),
                        new Autoscaler(Autoscaler.VERTICAL, "recommends", List.of(), "Off", List.of()),
                        new Autoscaler(Autoscaler.VERTICAL, "vpa", List.of("cpu"), "Initial", List.of()));
        assertThat(surroundings.over(new WorkloadKey("shop", "apps", "StatefulSet", "reviews")))
                .isEmpty();

        surroundings.horizontalPodAutoscalers().forget("shop/hpa");
        surroundings.forgetVerticalPodAutoscalers();

        assertThat(surroundings.over(REVIEWS)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "spec: {limits: none}",
                "spec: {limits: [{type: Container, max: {memory: 1e999999999}}]}",
                "spec: null",
                "{}",
                "spec: {limits: [null]}"
            })
    void whatCannotBeReadHasNoSay(String body) {
        surroundings
                .limitRanges()
                .remember(Written.object("range", "spec: {limits: [{type: Pod, max: {memory: 1Gi}}]}"));
        surroundings.limitRanges().remember(Written.object("range", body));

        assertThat(surroundings.of(REVIEWS)).isEqualTo(Surroundings.NONE);
    }

    private static StoredObject namespace(String name, Map<String, String> labels) {
        return new StoredObject("Namespace", "", name, "1", labels, Map.of());
    }
}
