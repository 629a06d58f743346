package dev.sidecarsizer.install;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.cluster.ControlPlane;
import dev.sidecarsizer.mesh.Bytes;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.node.ObjectNode;

/**
 * A real API server's word on what is done for pods that are killed again and again, by the rights that the component
 * gives; what the kubelet says is ours.
 */
@Tag("mesh")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OomLoopIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** Some looks long. */
    private static final int A_WHILE = 12_000;

    private static final String SIZED = "64Mi";
    private static final Path COMPONENT = Path.of("deploy", "components", "oom-loop");

    private static final PatchContext APPLY = new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager("a-test")
            .withForce(true)
            .withDryRun(List.of("All"))
            .build();

    private final LearningCluster cluster = LearningCluster.start("loop-first");
    private final ControlPlane plane = cluster.plane();
    /** A leader goes on from the past that is there when its term begins. */
    private final Map<String, Shop> shops = Stream.of(
                    new Shop("loop-native", "resize", Proxy.NATIVE),
                    new Shop("loop-classic", "resize", Proxy.CLASSIC),
                    new Shop("loop-tell-native", "", Proxy.NATIVE),
                    new Shop("loop-tell-classic", "", Proxy.CLASSIC),
                    new Shop("loop-quota", "evict", Proxy.NATIVE),
                    new Shop("loop-range", "evict", Proxy.NATIVE),
                    new Shop("loop-evict", "evict", Proxy.NATIVE),
                    new Shop("loop-old-node", "evict", Proxy.CLASSIC),
                    new Shop("loop-owner-limit", "evict", Proxy.NATIVE),
                    new Shop("loop-owner-istio", "evict", Proxy.NATIVE),
                    new Shop("loop-brake", "evict", Proxy.NATIVE),
                    new Shop("loop-rate-one", "resize", Proxy.NATIVE),
                    new Shop("loop-rate-other", "resize", Proxy.NATIVE),
                    new Shop("loop-right", "", Proxy.NATIVE))
            .collect(Collectors.toMap(shop -> shop.namespace, shop -> shop));

    private Replica replica = serve(600);

    /** A Deployment of a namespace of its own. */
    private final class Shop {

        private final String namespace;
        private final RunningDeployment deployment;
        private final ObjectNode template;
        private final Kubelet kubelet;

        Shop(String namespace, String relief, Proxy proxy) {
            this.namespace = namespace;
            plane.createNamespace(namespace, Map.of("sidecar-sizer.dev/mode", "enforce"));
            deployment = RunningDeployment.of(cluster, namespace, proxy.pod);
            template = deployment.pod();
            ((ObjectNode) template.at("/metadata/annotations"))
                    .remove(List.of("sidecar-sizer.dev/memory-limit", "sidecar-sizer.dev/idle-timeout"));
            kubelet = new Kubelet(plane, namespace);
            if (!relief.isEmpty()) {
                plane.apply(
                        """
                        apiVersion: sidecar-sizer.dev/v1alpha1
                        kind: SidecarPolicy
                        metadata: {name: all, namespace: %s}
                        spec: {oomLoop: %s}
                        """
                                .formatted(namespace, relief));
            }
            LearntPast.write(plane, namespace, proxy.pod.workload(), Bytes.mebi(20));
        }

        String run() {
            Pause.until("pods are sized", PATIENCE, () -> cluster.pods()
                    .dryRun(namespace, template)
                    .orThrow()
                    .memory()
                    .endsWith("/" + SIZED));
            return runAsItIs();
        }

        String runAsItIs() {
            String name = cluster.pods().create(namespace, template).orThrow().name();
            kubelet.runs(name);
            return name;
        }

        /** Killed twice within half a minute. */
        void loops(String pod) {
            Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
            kubelet.killed(pod, now.minusSeconds(30));
            kubelet.killed(pod, now);
        }

        Optional<Pod> stored(String pod) {
            return Optional.ofNullable(
                    plane.admin().pods().inNamespace(namespace).withName(pod).get());
        }

        /** The proxy's memory limit that is asked for. */
        String limit(String pod) {
            var spec = stored(pod).orElseThrow().getSpec();
            return Stream.concat(spec.getInitContainers().stream(), spec.getContainers().stream())
                    .filter(container -> container.getName().equals("istio-proxy"))
                    .map(container -> Objects.toString(
                            container.getResources().getLimits().get("memory")))
                    .findFirst()
                    .orElseThrow();
        }

        void awaitTold(String reason, String kind, String words) {
            Pause.until(
                    kind + " is told " + reason + " " + words,
                    PATIENCE,
                    () -> isTold(
                            reason,
                            event -> event.getInvolvedObject().getKind().equals(kind)
                                    && event.getMessage().contains(words)));
        }

        boolean isTold(String reason, Predicate<Event> which) {
            return plane.admin().v1().events().inNamespace(namespace).list().getItems().stream()
                    .filter(event -> event.getReason().equals(reason))
                    .anyMatch(which);
        }

        /** The limit that is asked for, once it is more. */
        String awaitMore(String pod) {
            Pause.until("it is asked for more", PATIENCE, () -> Bytes.parse(limit(pod))
                    .isMore(Bytes.parse(SIZED)));
            return limit(pod);
        }

        /** What its profile says came of it, once it does. */
        void awaitCondition(String reason) {
            Pause.until("its profile says " + reason, PATIENCE, () -> cluster.profiles(namespace).stream()
                    .map(LearningCluster.Learned::new)
                    .anyMatch(profile -> profile.status("conditions").contains("reason=" + reason)));
        }
    }

    private enum Proxy {
        NATIVE(InjectedPod.REVIEWS),
        CLASSIC(InjectedPod.PAYMENTS);

        private final InjectedPod pod;

        Proxy(InjectedPod pod) {
            this.pod = pod;
        }
    }

    /** With a leader that watches pods: of two kills, whoever lists pods after both sees the last alone. */
    private Replica serve(int actionsPerMinute) {
        Replica serving = cluster.serve(List.of(
                "--sidecar-sizer.collect.read-interval=1s",
                "--sidecar-sizer.collect.write-interval=1s",
                "--sidecar-sizer.oom-loop.actions-per-minute=" + actionsPerMinute));
        Pause.until(
                "it watches pods",
                PATIENCE,
                () -> Metrics.sum(serving, "sidecar_sizer_learning_pods_age_seconds") == 0);
        return serving;
    }

    @BeforeAll
    void allow() throws IOException {
        for (String file : List.of("rbac.yaml", "policy.yaml")) {
            plane.apply(Files.readString(COMPONENT.resolve(file)));
        }
    }

    @AfterAll
    void close() {
        replica.close();
        cluster.close();
    }

    @ParameterizedTest
    @EnumSource(Proxy.class)
    void itIsGivenMoreInPlaceAndThatIsVerified(Proxy proxy) {
        Shop shop = shop("loop-" + proxy.name().toLowerCase(Locale.ROOT));
        String pod = shop.run();

        shop.loops(pod);
        shop.awaitTold("SidecarOOMLoop", "Pod", "--subresource resize --patch");
        shop.awaitTold("SidecarOOMLoop", "Deployment", "rollout restart deployment/" + proxy.pod.workload());
        String more = shop.awaitMore(pod);
        shop.kubelet.resized(pod, more);

        shop.awaitTold("SidecarResized", "Pod", more);
        shop.awaitCondition("Resized");
        assertThat(shop.stored(pod)).isPresent();
        assertThat(shop.stored(pod).orElseThrow().getStatus().getQosClass()).isEqualTo("Burstable");
        assertThat(outcomes("resized")).isPositive();
    }

    /** As the command in the Event says it; the second is what is said of classic sidecars. */
    @ParameterizedTest
    @EnumSource(Proxy.class)
    void byDefaultItIsOnlyToldAndTheCommandThatIsToldWorks(Proxy proxy) {
        Shop shop = shop("loop-tell-" + proxy.name().toLowerCase(Locale.ROOT));
        String pod = shop.run();

        shop.loops(pod);
        shop.awaitTold("SidecarOOMLoop", "Pod", "its policy says oomLoop: tell");
        shop.awaitCondition("Found");
        assertThat(shop.limit(pod)).isEqualTo(SIZED);

        shop.awaitTold("SidecarOOMLoop", "Pod", "By hand: ");
        String message = plane.admin().v1().events().inNamespace(shop.namespace).list().getItems().stream()
                .filter(event -> event.getReason().equals("SidecarOOMLoop"))
                .map(Event::getMessage)
                .filter(words -> words.contains("By hand: "))
                .findFirst()
                .orElseThrow();
        String patch = message.substring(message.indexOf("'") + 1, message.lastIndexOf("'"));
        plane.kubectl("", "-n", shop.namespace, "patch", "pod", pod, "--subresource", "resize", "--patch", patch)
                .orThrow();
        shop.awaitMore(pod);
    }

    @ParameterizedTest
    @CsvSource({"quota, exceeded quota", "range, maximum memory usage per Container is 256Mi"})
    void whatTheNamespaceForbidsIsToldAndTheNextPodWouldNotGetItEither(String by, String why) {
        Shop shop = shop("loop-" + by);
        // a quota counts what an init container asks for where that is more than all others together, as Istio's does
        ((ObjectNode) shop.template.at("/spec/initContainers/0/resources/limits")).put("memory", "128Mi");
        String pod = shop.run();
        if (by.equals("quota")) {
            String quota =
                    """
                    apiVersion: v1
                    kind: ResourceQuota
                    metadata: {name: full, namespace: %s}
                    spec: {hard: {limits.memory: 640Mi}}
                    status: {hard: {limits.memory: 640Mi}, used: {limits.memory: 600Mi}}
                    """
                            .formatted(shop.namespace);
            plane.apply(quota);
            plane.applyStatus(quota);
        } else {
            plane.apply(
                    """
                    apiVersion: v1
                    kind: LimitRange
                    metadata: {name: narrow, namespace: %s}
                    spec: {limits: [{type: Container, max: {memory: 256Mi}}]}
                    """
                            .formatted(shop.namespace));
        }

        shop.loops(pod);

        shop.awaitTold("SidecarNotResized", "Pod", why);
        shop.awaitCondition("Refused");
        Pause.ofMillis(A_WHILE);
        assertThat(shop.stored(pod)).isPresent();
        assertThat(shop.isTold("SidecarEvicted", any -> true)).isFalse();
        assertThat(shop.limit(pod)).isEqualTo(SIZED);
    }

    @Test
    void whatTheNodeCannotIsEvictedOnceTheBudgetAllows() {
        Shop shop = shop("loop-evict");
        String pod = shop.run();
        String budget =
                """
                apiVersion: policy/v1
                kind: PodDisruptionBudget
                metadata: {name: reviews, namespace: loop-evict}
                spec: {minAvailable: 1, selector: {matchLabels: {app: reviews}}, unhealthyPodEvictionPolicy: IfHealthyBudget}
                """;
        plane.apply(budget);
        plane.applyStatus(budget
                + "status: {observedGeneration: 1, disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 1,"
                + " expectedPods: 1}\n");

        shop.loops(pod);
        shop.awaitMore(pod);
        shop.kubelet.resized(pod, SIZED);
        shop.kubelet.infeasible(pod);

        shop.awaitTold("SidecarNotResized", "Pod", "Infeasible Node didn't have enough capacity");
        shop.awaitTold("SidecarNotEvicted", "Pod", "disruption budget");
        shop.awaitCondition("Blocked");
        assertThat(shop.stored(pod)).isPresent();

        plane.applyStatus(budget
                + "status: {observedGeneration: 1, disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 1,"
                + " expectedPods: 2}\n");
        Pause.until(
                "it is evicted", Duration.ofSeconds(90), () -> shop.stored(pod).isEmpty());
        shop.awaitTold("SidecarEvicted", "Deployment", "pod " + pod);
        shop.awaitCondition("Evicted");
    }

    /** A kubelet of before Kubernetes 1.33 says nothing of resources. */
    @Test
    void whatTheApiServerCannotResizeIsEvicted() {
        Shop shop = shop("loop-old-node");
        String pod = shop.run();
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);

        shop.kubelet.killed(pod, now.minusSeconds(30));
        shop.kubelet.killedAndRestarted(pod, now);

        Pause.until("it is evicted", PATIENCE, () -> shop.stored(pod).isEmpty());
        shop.awaitTold("SidecarNotResized", "Deployment", "node without support for resize");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            limit | sidecar-sizer.dev/memory-limit | 64Mi | OWNER
            istio | sidecar.istio.io/proxyMemoryLimit | 64Mi | OWNER_SET_MEMORY
            """)
    void aPodWhoseOwnerHasSpokenIsLeftAlone(String name, String annotation, String value, String reason) {
        Shop shop = shop("loop-owner-" + name);
        ((ObjectNode) shop.template.at("/metadata/annotations")).put(annotation, value);
        String pod = shop.runAsItIs();

        shop.loops(pod);

        shop.awaitTold("SidecarOOMLoop", "Pod", "a new pod would be decided " + reason);
        Pause.ofMillis(A_WHILE);
        assertThat(shop.stored(pod)).isPresent();
        assertThat(shop.isTold("SidecarNotResized", any -> true)).isFalse();
        assertThat(generation(shop, pod)).isEqualTo(1);
    }

    @Test
    void underTheBrakeNothingIsTouched() {
        Shop shop = shop("loop-brake");
        String pod = shop.run();
        brake("\"audit\"");
        try {
            shop.loops(pod);

            shop.awaitTold("SidecarOOMLoop", "Pod", "the mode here is audit");
            assertThat(shop.limit(pod)).isEqualTo(SIZED);
        } finally {
            brake("null");
        }
        // it is still a loop
        shop.awaitMore(pod);
    }

    @Test
    void noMoreThanTheRateIsDoneInAMinute() {
        Shop one = shop("loop-rate-one");
        Shop other = shop("loop-rate-other");
        List<String> pods = List.of(one.run(), other.run());
        replica.close();
        replica = serve(1);
        try {
            one.loops(pods.get(0));
            other.loops(pods.get(1));

            Pause.until("the second waits", PATIENCE, () -> outcomes("limited") == 1);
            Pause.ofMillis(A_WHILE);
            assertThat(List.of(one.limit(pods.get(0)), other.limit(pods.get(1))))
                    .containsOnlyOnce(SIZED);
        } finally {
            replica.close();
            replica = serve(600);
        }
    }

    /** By our own name: the right to resize is held to what it is given for. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            {"spec":{"containers":[{"name":"reviews","resources":{"limits":{"memory":"1Gi"}}}]}} | no other container
            {"spec":{"initContainers":[{"name":"istio-proxy","resources":{"limits":{"cpu":"3"}}}]}} | gives istio-proxy more memory
            {"spec":{"initContainers":[{"name":"istio-proxy","resources":{"requests":{"memory":"20Mi"},"limits":{"memory":"40Mi"}}}]}} | gives istio-proxy more memory
            """)
    void theRightIsGoodForNothingElse(String patch, String why) {
        Shop shop = shop("loop-right");
        String pod = shop.run();

        Pause.until("the policy is followed", PATIENCE, () -> refusal(shop, pod, patch)
                .contains(why));
    }

    /** What the API server answers us; empty where it does it. */
    private String refusal(Shop shop, String pod, String patch) {
        GenericKubernetesResource applied = Serialization.unmarshal(patch, GenericKubernetesResource.class);
        applied.setApiVersion("v1");
        applied.setKind("Pod");
        applied.setMetadata(new ObjectMetaBuilder()
                .withNamespace(shop.namespace)
                .withName(pod)
                .build());
        try (KubernetesClient us = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(
                        cluster.installation().kubeconfig().toFile()))
                .build()) {
            us.genericKubernetesResources("v1", "Pod")
                    .inNamespace(shop.namespace)
                    .resource(applied)
                    .subresource("resize")
                    .patch(APPLY);
            return "";
        } catch (KubernetesClientException refused) {
            return String.valueOf(refused.getMessage());
        }
    }

    private Shop shop(String namespace) {
        return Objects.requireNonNull(shops.get(namespace));
    }

    private static long generation(Shop shop, String pod) {
        return shop.stored(pod).orElseThrow().getMetadata().getGeneration();
    }

    private void brake(String mode) {
        Installation.say(plane, "mode", mode);
    }

    private double outcomes(String outcome) {
        return Metrics.sum(replica, "sidecar_sizer_oom_loops_total", "outcome=\"" + outcome + "\"");
    }
}
