package dev.sidecarsizer.install;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.cluster.CertificateAuthority;
import dev.sidecarsizer.cluster.ControlPlane;
import dev.sidecarsizer.cluster.FreePorts;
import dev.sidecarsizer.cluster.Wire;
import dev.sidecarsizer.deploy.Monitoring;
import dev.sidecarsizer.mesh.Bytes;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Each alert is brought about by what it is for, and no other fires: the real application, leading and learning, a real
 * API server, and a real Prometheus that reads the shipped rules. What a kubelet would say of pods is ours to say; no rule
 * asks for anything that kube-state-metrics tells.
 */
@Tag("mesh")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation.class)
class AlertsIT {

    private static final Logger LOG = LoggerFactory.getLogger(AlertsIT.class);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** Some evaluations long. */
    private static final int A_WHILE = 3_000;

    private static final String SHOP = "alerts-shop";
    private static final String GUARDED = "alerts-guarded";
    private static final List<String> BROKEN = List.of("alerts-a", "alerts-b", "alerts-c", "alerts-d", "alerts-e");
    private static final String UNSIZED = "alerts-unsized";
    private static final String MANY = "alerts-many";
    private static final Path NET = Path.of("deploy", "components", "safety-net");
    private static final Pattern METRIC = Pattern.compile("sidecar_sizer_[a-z_]+");
    private static final String WINDOWS = "sidecar_sizer_learning_windows_total";
    private static final int LAST = Integer.MAX_VALUE;
    private static final InetSocketAddress NOWHERE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

    private final Set<String> fired = new TreeSet<>();
    private final Deque<AutoCloseable> running = new ArrayDeque<>();
    private final Deque<Runnable> undo = new ArrayDeque<>();
    private final Map<String, RunningDeployment> shops = new HashMap<>();
    private final LearningCluster cluster = LearningCluster.start(SHOP);
    private final ControlPlane plane = cluster.plane();
    private final int port = FreePorts.find(1).getFirst();
    private final int otherPort = FreePorts.find(1).getFirst();
    private final Instant begun = Instant.now();

    @SuppressWarnings("NullAway.Init")
    private AlertingPrometheus prometheus;

    @SuppressWarnings("NullAway.Init")
    private RoundRobin usage;

    @SuppressWarnings("NullAway.Init")
    private Replica replica;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        running.push(cluster);
        Stream.concat(Stream.of(GUARDED), BROKEN.stream()).forEach(namespace -> create(namespace, "enforce"));
        create(UNSIZED, "audit");
        for (String namespace : List.of(SHOP, GUARDED, UNSIZED)) {
            know(namespace);
        }
        BROKEN.forEach(this::know);
        ScrapedProxies proxies = ScrapedProxies.start(
                folder, 1, SHOP, InjectedPod.REVIEWS.workload(), reviews().replicaSetName());
        running.push(proxies);
        prometheus = AlertingPrometheus.start(proxies.configuration(), folder.resolve("prometheus"), port, otherPort);
        running.push(prometheus);
        Pause.until("rules are evaluated, and nobody serves", PATIENCE, () -> prometheus
                .active()
                .equals(Set.of("SidecarSizerDown")));
        usage = RoundRobin.listen(InstalledWebhook.anyPort(), List.of(prometheus.address()));
        running.push(usage);
        replica = serve();
        proxies.are(List.of(reviews().run()));
        awaitLearning();
    }

    @AfterAll
    void end() throws Exception {
        replica.close();
        while (!running.isEmpty()) {
            running.pop().close();
        }
    }

    @BeforeEach
    void quiet() {
        Pause.until(() -> "no alert fires, or will; there are " + prometheus.active(), PATIENCE, () -> prometheus
                .active()
                .isEmpty());
    }

    @AfterEach
    void undo() {
        while (!undo.isEmpty()) {
            undo.pop().run();
        }
    }

    @Test
    @Order(1)
    void noneWhileAllIsWell() {
        for (int i = 0; i < 20; i++) {
            delete(SHOP, reviews().create().name());
            Pause.ofMillis(500);
            assertThat(prometheus.active()).isEmpty();
        }
    }

    @Test
    void somebodyBrakes() {
        undo.push(() -> say("mode", "null"));

        assertFires("SidecarSizerBraked", () -> say("mode", "\"audit\""));
    }

    @Test
    void sizedPodsOfManyWorkloadsNeverBecomeReady() {
        undo.push(() -> say("breaker", "null"));
        undo.push(() -> BROKEN.forEach(this::deleteAll));
        undo.push(() -> deleteAll(UNSIZED));
        for (int i = 0; i < 30; i++) {
            shop(UNSIZED).run();
        }

        assertFires(
                "SidecarSizerBreakerTripped",
                () -> BROKEN.forEach(namespace -> {
                    // so it is no size that none of the workload can live with: that would be the guard's
                    shop(namespace).run();
                    for (int i = 0; i < 4; i++) {
                        String pod = shop(namespace).runNeverReady();
                        // before the one that is ready goes
                        undo.push(() -> delete(namespace, pod));
                    }
                }));
    }

    @Test
    void sizedPodsOfOneWorkloadNeverBecomeReady() {
        undo.push(this::tryAgain);
        undo.push(() -> deleteAll(GUARDED));

        assertFires("SidecarSizerGuardWithdrew", () -> {
            for (int i = 0; i < 3; i++) {
                shop(GUARDED).runNeverReady();
            }
        });
    }

    @Test
    void theKernelKillsAProxyThatWasSized() {
        String pod = reviews().run();
        undo.push(() -> delete(SHOP, pod));

        assertFires("SidecarSizerOomAfterSizing", () -> reviews()
                .killed(pod, Instant.now().truncatedTo(ChronoUnit.SECONDS)));
    }

    @Test
    void theKernelKillsAProxyAgainAndAgain() {
        String pod = shop(UNSIZED).run();
        undo.push(() -> delete(UNSIZED, pod));
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);

        assertFires("SidecarSizerOomLoops", () -> {
            shop(UNSIZED).killed(pod, now.minusSeconds(30));
            shop(UNSIZED).killed(pod, now);
        });
    }

    @Test
    void somebodyResizesAPodInPlaceWhoseProxyIsOld() {
        ObjectNode old = reviews().pod();
        ((ObjectNode) old.at("/spec/initContainers/1")).put("image", "docker.io/istio/proxyv2:1.29.0");
        String pod = cluster.pods().create(SHOP, old).orThrow().name();
        undo.push(() -> delete(SHOP, pod));
        reviews().runs(pod);

        assertFires("SidecarSizerMisfits", () -> {
            plane.kubectl(
                            "",
                            "patch",
                            "pod",
                            pod,
                            "--namespace=" + SHOP,
                            "--subresource=resize",
                            "--patch={\"spec\":{\"initContainers\":[{\"name\":\"istio-proxy\","
                                    + "\"resources\":{\"limits\":{\"memory\":\"900Mi\"}}}]}}")
                    .orThrow();
            new Kubelet(plane, SHOP).resized(pod, "900Mi");
        });
    }

    @Test
    void aReviewFails() {
        ObjectNode pod = InjectedPod.NEWCOMER.json(SHOP);
        pod.withObject("/metadata/labels").put(FaultOfOurs.LABEL, "yes");

        assertFires("SidecarSizerErrors", () -> {
            String admitted = cluster.pods().create(SHOP, pod).orThrow().name();
            undo.push(() -> delete(SHOP, admitted));
        });
    }

    /** As where its CPU limit is too low, or its node is full; reviews are as large as they may be. */
    @Test
    void theProcessorIsTakenByOthers() {
        Https https = Https.trusting(cluster.installation().tls().resolve("ca.crt"));
        byte[] review = largeReview();

        assertFires("SidecarSizerSlow", () -> {
            AtomicBoolean busy = new AtomicBoolean(true);
            try {
                for (int i = 0; i < 4 * Runtime.getRuntime().availableProcessors(); i++) {
                    Thread.ofPlatform().daemon().start(() -> {
                        while (busy.get()) {
                            Thread.onSpinWait();
                        }
                    });
                }
                Instant enough = Instant.now().plusSeconds(6);
                while (Instant.now().isBefore(enough)) {
                    assertThat(https.post(replica.address(), "/mutate", review)).isEqualTo(200);
                }
            } finally {
                busy.set(false);
            }
            // a scrape has a second, and may have had no turn
            Pause.until(
                    "it is scraped again", PATIENCE, () -> !prometheus.active().contains("SidecarSizerDown"));
        });
    }

    @Test
    void theCertificateIsNotRenewed() throws IOException {
        Path tls = cluster.installation().tls();
        String certificate = Files.readString(tls.resolve("tls.crt"));
        String key = Files.readString(tls.resolve("tls.key"));
        CertificateAuthority.Issued old = new CertificateAuthority("another")
                .issue("sidecar-sizer", List.of("DNS:localhost"), Duration.ofDays(3));
        undo.push(() -> serve(tls, certificate, key));

        assertFires("SidecarSizerCertificateExpires", () -> serve(tls, old.certificate(), old.key()));
    }

    @Test
    void aReplicaIsCutOffFromTheApiServer() {
        try (Wire wire = new Wire(plane);
                Replica other = Replica.startUnready(
                        cluster.installation(),
                        wire.kubeconfig(cluster.installation().kubeconfig()),
                        InstalledWebhook.anyPort(),
                        "--management.server.port=" + otherPort,
                        "--sidecar-sizer.collect.enabled=false")) {
            Pause.until(
                    "it is ready",
                    PATIENCE,
                    () -> other.readiness(cluster.installation().tls()) == 200);

            assertFires("SidecarSizerCacheOld", wire::cut);
        }
    }

    @Test
    void nobodyMayHoldTheLease() {
        Role role = plane.admin()
                .rbac()
                .roles()
                .inNamespace(Installation.NAMESPACE)
                .withName(Installation.NAME)
                .require();
        undo.push(this::awaitLearning);
        undo.push(() -> restore(role));

        assertFires(
                "SidecarSizerNobodyLearns",
                () -> plane.admin().rbac().roles().resource(role).edit(without -> {
                    without.getRules().removeIf(rule -> rule.getResources().contains("leases"));
                    return without;
                }));
    }

    @Test
    void prometheusDoesNotAnswerTheLeader() {
        undo.push(() -> usage.carryTo(List.of(prometheus.address())));

        assertFires("SidecarSizerLearnsNothing", () -> {
            usage.carryTo(List.of(NOWHERE));
            usage.cut();
        });
    }

    @Test
    void profilesMustNotBeWritten() {
        create(MANY, "enforce");
        ClusterRole role =
                plane.admin().rbac().clusterRoles().withName(Installation.NAME).require();
        undo.push(() -> restore(role));
        undo.push(() -> deleteAll(MANY));

        assertFires("SidecarSizerBacklog", () -> {
            plane.admin().rbac().clusterRoles().resource(role).edit(without -> {
                without.getRules().removeIf(rule -> rule.getResources().contains("sidecarprofiles/status"));
                return without;
            });
            Pause.until("it holds", PATIENCE, () -> !mayWriteProfiles());
            IntStream.range(0, 1_050).parallel().forEach(i -> {
                ObjectNode pod = InjectedPod.NEWCOMER.json(MANY);
                ((ObjectNode) pod.at("/metadata/ownerReferences/0")).put("name", "w" + i + "-66b8d5f9c");
                cluster.pods().create(MANY, pod).orThrow();
            });
        });
    }

    /** For a minute; what was created meanwhile is counted as soon as somebody leads again. */
    @Test
    void theWebhookIsDown() {
        Instant back = Instant.now().plus(Duration.ofMinutes(1));
        List<String> pods = new ArrayList<>();
        undo.push(() -> pods.forEach(pod -> delete(SHOP, pod)));

        assertFires("SidecarSizerDown", replica::close);
        while (Instant.now().isBefore(back)) {
            pods.add(reviews().run());
            Pause.ofMillis(2_000);
        }
        replica = serve();
        long serves = System.nanoTime();
        Pause.until("each is counted", PATIENCE, () -> count("missed") == pods.size());
        LOG.info(
                "{} pods that were created in a minute without us were counted {} ms after we were ready, at an interval of"
                        + " half a second",
                pods.size(),
                Duration.ofNanos(System.nanoTime() - serves).toMillis());
        Pause.until("they are listed", PATIENCE, () -> cluster.profile(SHOP, "deployment-reviews")
                .orElseThrow()
                .status("running", "missed")
                .equals("" + pods.size()));
        awaitLearning();
        Pause.until(
                "nothing else is amiss", PATIENCE, () -> prometheus.active().equals(Set.of("SidecarSizerPodsMissed")));
        assertFires("SidecarSizerPodsMissed", () -> {});
    }

    @Test
    @Order(LAST - 1)
    void theApiServerSizesWhileItDoesNotAskUs() throws IOException {
        for (String file : List.of("policy.yaml", "rbac.yaml")) {
            plane.apply(Files.readString(NET.resolve(file)));
        }
        replica.close();
        replica = serve("--sidecar-sizer.safety-net.enabled=true");
        delete(SHOP, reviews().create().name());
        Pause.until(
                "the decision is kept",
                PATIENCE,
                () -> isKept(plane.admin()
                        .configMaps()
                        .inNamespace(SHOP)
                        .withName("sidecar-sizer-safety-net")
                        .get()));
        plane.kubectl("", "delete", "mutatingwebhookconfiguration", Installation.NAME)
                .orThrow();
        Pause.until("the policy sizes", PATIENCE, () -> cluster.pods()
                .dryRun(SHOP, reviews().pod())
                .orThrow()
                .decision()
                .contains("SAFETY_NET"));
        awaitLearning();
        quiet();
        undo.push(() -> deleteAll(SHOP));

        assertFires("SidecarSizerSizedByNet", () -> reviews().run());

        assertThat(count("net")).isEqualTo(1);
    }

    @Test
    @Order(LAST)
    void eachAlertHasFired() {
        assertThat(fired)
                .isEqualTo(Monitoring.alerts().stream()
                        .map(alert -> alert.path("alert").asString())
                        .collect(Collectors.toSet()));
    }

    @Test
    @Order(LAST)
    void eachQueryHasDataByNowAndNamesWhatThereIs() {
        assertThat(Monitoring.queries())
                .isNotEmpty()
                // Grafana puts variables in their place, and there are none
                .noneMatch(query -> query.contains("$"))
                .allSatisfy(query ->
                        assertThat(prometheus.hasData(query, begun)).as(query).isTrue());
        assertThat(Stream.concat(
                                Monitoring.queries(),
                                Monitoring.alerts().stream()
                                        .map(alert -> alert.path("expr").asString()))
                        .flatMap(query -> METRIC.matcher(query).results())
                        .map(found -> found.group()))
                .isNotEmpty()
                .allMatch(prometheus.metrics()::contains);
    }

    /** Brings the cause about, and sees that alert fire while no other does, or would if it stayed so. */
    private void assertFires(String alert, Runnable cause) {
        cause.run();
        Instant caused = Instant.now();
        Set<String> seen = new TreeSet<>();
        Pause.until(alert + " fires", PATIENCE, () -> {
            seen.addAll(prometheus.active());
            return prometheus.firing().contains(alert);
        });
        LOG.info(
                "{} fires {} ms after its cause",
                alert,
                Duration.between(caused, Instant.now()).toMillis());
        Pause.ofMillis(A_WHILE);
        seen.addAll(prometheus.active());
        assertThat(seen).containsExactly(alert);
        fired.add(alert);
    }

    private Replica serve(String... more) {
        List<String> settings = new ArrayList<>(List.of(
                "--management.server.port=" + port,
                FaultOfOurs.SETTING,
                "--sidecar-sizer.audit.write-interval=1s",
                "--sidecar-sizer.collect.prometheus.url=http://127.0.0.1:" + usage.port(),
                "--sidecar-sizer.collect.prometheus.window=5s",
                "--sidecar-sizer.collect.prometheus.delay=1s",
                "--sidecar-sizer.collect.prometheus.history=1h",
                "--sidecar-sizer.collect.read-interval=500ms",
                "--sidecar-sizer.collect.write-interval=1s"));
        settings.addAll(List.of(more));
        Replica serving = cluster.serve(settings);
        Pause.until("pods are sized", PATIENCE, () -> cluster.pods()
                .dryRun(SHOP, reviews().pod())
                .orThrow()
                .decision()
                .contains("Resize"));
        return serving;
    }

    private void create(String namespace, String mode) {
        plane.createNamespace(namespace, Map.of("sidecar-sizer.dev/mode", mode));
    }

    /** Of a Deployment {@code reviews} there something is known. */
    private void know(String namespace) {
        LearntPast.write(plane, namespace, InjectedPod.REVIEWS.workload(), Bytes.mebi(60));
        shops.put(namespace, RunningDeployment.of(cluster, namespace, InjectedPod.REVIEWS));
    }

    private RunningDeployment shop(String namespace) {
        return Objects.requireNonNull(shops.get(namespace));
    }

    private RunningDeployment reviews() {
        return shop(SHOP);
    }

    private void say(String key, String json) {
        Installation.say(plane, key, json);
    }

    /** As the API server's authorizer knows it, which follows roles in its own time. */
    private boolean mayWriteProfiles() {
        return plane.kubectl(
                        "",
                        "auth",
                        "can-i",
                        "patch",
                        "sidecarprofiles",
                        "--subresource=status",
                        "--namespace=" + MANY,
                        "--as=system:serviceaccount:" + Installation.NAMESPACE + ":" + Installation.NAME)
                .ok();
    }

    private void restore(HasMetadata role) {
        role.getMetadata().setResourceVersion(null);
        plane.admin().resource(role).update();
    }

    private static void serve(Path tls, String certificate, String key) {
        try {
            Files.writeString(tls.resolve("tls.crt"), certificate);
            Files.writeString(tls.resolve("tls.key"), key);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void delete(String namespace, String pod) {
        plane.admin()
                .pods()
                .inNamespace(namespace)
                .withName(pod)
                .withGracePeriod(0)
                .delete();
    }

    private void deleteAll(String namespace) {
        plane.admin().pods().inNamespace(namespace).withGracePeriod(0).delete();
    }

    /** As docs/guard.md tells it. */
    private void tryAgain() {
        for (GenericKubernetesResource history : cluster.histories(GUARDED)) {
            if (history.getAdditionalProperties().containsKey("trial")) {
                plane.kubectl(
                                "",
                                "patch",
                                "sidecarhistory",
                                history.getMetadata().getName(),
                                "--namespace=" + GUARDED,
                                "--type=json",
                                "--patch=[{\"op\": \"remove\", \"path\": \"/trial\"}]")
                        .orThrow();
            }
        }
        replica.close();
        replica = serve();
        awaitLearning();
    }

    /** A counter that begins anew has not risen yet: for a moment nothing seems to be learnt. */
    private void awaitLearning() {
        double read = windows();
        Pause.until("it learns", PATIENCE, () -> windows() > read + 1);
        Pause.until("Prometheus knows that", PATIENCE, () -> prometheus.sum(WINDOWS) > read + 1);
    }

    private double windows() {
        return Metrics.sum(replica, WINDOWS);
    }

    private double count(String why) {
        return Metrics.sum(
                replica, "sidecar_sizer_pods_unsized", "workload_namespace=\"" + SHOP + "\"", "why=\"" + why + "\"");
    }

    private static boolean isKept(@Nullable ConfigMap net) {
        return net != null && net.getData() != null && !net.getData().isEmpty();
    }

    /** With nearly as many tokens as are read. */
    private static byte[] largeReview() {
        ObjectNode review = JsonMapper.shared().createObjectNode();
        review.put("apiVersion", "admission.k8s.io/v1").put("kind", "AdmissionReview");
        ObjectNode request = review.putObject("request");
        request.put("uid", "1").put("operation", "CREATE").put("namespace", SHOP);
        request.putObject("kind").put("group", "").put("version", "v1").put("kind", "Pod");
        request.putObject("resource").put("group", "").put("version", "v1").put("resource", "pods");
        ObjectNode pod = InjectedPod.NEWCOMER.json(SHOP);
        request.set("object", pod);
        ObjectNode labels = pod.withObject("/metadata/labels");
        IntStream.range(0, 140_000).forEach(i -> labels.put("label-" + i, "value"));
        return review.toString().getBytes(StandardCharsets.UTF_8);
    }
}
