package dev.sidecarsizer.install;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.cluster.Progress;
import dev.sidecarsizer.cluster.PrometheusServer;
import dev.sidecarsizer.install.LearningCluster.Learned;
import dev.sidecarsizer.mesh.Bytes;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * All of it at once: real Envoys under load, a real Prometheus that scrapes them, the installed webhook that leads, and
 * pods that a real API server creates. Three days before are put into Prometheus, of pods that are gone.
 */
@Tag("mesh")
class LearningIT {

    private static final String SHOP = "learning-shop";
    private static final Duration WINDOW = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int FEWEST_SAMPLES = 3;
    private static final JsonMapper JSON = JsonMapper.shared();

    @TempDir
    private Path folder;

    @Test
    void whatProxiesUseBecomesWhatTheNextPodGets() throws IOException, InterruptedException {
        Path data = folder.resolve("prometheus");
        try (LearningCluster cluster = LearningCluster.start(SHOP);
                ScrapedProxies proxies = ScrapedProxies.start(folder, 2, SHOP, "reviews", "reviews-7d9f8b6c5")) {
            RunningDeployment reviews = RunningDeployment.of(cluster, SHOP, InjectedPod.REVIEWS);
            PastUsage gone = new PastUsage(SHOP)
                    .of("reviews-7d9f8b6c5-gone1", "ReplicaSet", "reviews-7d9f8b6c5", 60)
                    .of("reviews-7d9f8b6c5-gone2", "ReplicaSet", "reviews-7d9f8b6c5", 60);
            PrometheusServer.backfill(gone.text(), data, Progress.onConsole());
            PrometheusServer prometheus = PrometheusServer.start(proxies.configuration(), data, Progress.onConsole());
            try (RoundRobin address = RoundRobin.listen(InstalledWebhook.anyPort(), List.of(listens(prometheus)))) {
                URI url = URI.create("http://127.0.0.1:" + address.port());
                try (Replica replica = cluster.serve(LearningCluster.quickly(url, WINDOW))) {
                    proxies.are(List.of(reviews.run(), reviews.run()));

                    Learned ready = awaitReady(cluster, reviews.uid());
                    Pause.until("live use is seen", PATIENCE, () -> cluster.profile(SHOP, "deployment-reviews")
                            .filter(profile ->
                                    !profile.status("observed", "live").isEmpty())
                            .isPresent());
                    aNewPodGets(cluster, reviews, ready);

                    prometheus.close();
                    Pause.ofMillis(WINDOW.toMillis() / 2);
                    prometheus = PrometheusServer.start(proxies.configuration(), data, Progress.onConsole());
                    address.carryTo(List.of(listens(prometheus)));
                    nothingIsLostOrDoubled(cluster, prometheus, Instant.now());

                    anotherConcurrencyIsKept(cluster, replica, reviews);
                    anotherImageIsSizedByTheWorkload(cluster, reviews);
                    reviews.delete();
                    isKnownAtOnceWhenMadeAgain(cluster);
                    assertThat(Metrics.sum(replica, "sidecar_sizer_learning_terms_total", ""))
                            .isEqualTo(1);
                }
            } finally {
                prometheus.close();
            }
        }
    }

    private static InetSocketAddress listens(PrometheusServer prometheus) {
        return new InetSocketAddress(
                prometheus.url().getHost(), prometheus.url().getPort());
    }

    private static Learned awaitReady(LearningCluster cluster, String uid) {
        Pause.until("the profile is Ready and owned", PATIENCE, () -> cluster.profile(SHOP, "deployment-reviews")
                .filter(Learned::isReady)
                .filter(profile -> profile.owners().equals(List.of("Deployment " + uid)))
                .isPresent());
        Learned ready = cluster.profile(SHOP, "deployment-reviews").orElseThrow();
        assertThat(ready.status("recommendation", "memoryLimit")).isNotEmpty();
        assertThat(ready.status("proxy", "image")).isEqualTo("docker.io/istio/proxyv2:1.31.0");
        assertThat(cluster.histories(SHOP)).hasSize(1);
        return ready;
    }

    /** The profile goes on changing: what the pod got is what some version of it recommends. */
    private static void aNewPodGets(LearningCluster cluster, RunningDeployment reviews, Learned ready) {
        Pause.until(
                "a pod is sized",
                PATIENCE,
                () -> cluster.pods().dryRun(SHOP, reviews.pod()).decision().contains("WORKLOAD_PROFILE"));
        PodCreation created = reviews.create();
        assertThat(created.decision()).contains("WORKLOAD_PROFILE").contains("deployment-reviews@");
        Bytes limit = Bytes.parse(created.proxy().at("/resources/limits/memory").asString());
        Bytes recommended = Bytes.parse(ready.status("recommendation", "memoryLimit"));
        // never below what the Envoys use now, which is another machine's business
        assertThat(limit.value())
                .isGreaterThanOrEqualTo(Math.min(
                        recommended.value(),
                        Bytes.parse(cluster.profile(SHOP, "deployment-reviews")
                                        .orElseThrow()
                                        .status("recommendation", "memoryLimit"))
                                .value()))
                .isLessThan(Bytes.mebi(512).value());
    }

    /** By the rule of the history: what a pod was sampled less than three times in, with the window before, is no evidence. */
    private static void nothingIsLostOrDoubled(LearningCluster cluster, PrometheusServer prometheus, Instant restarted)
            throws IOException, InterruptedException {
        Instant enough = restarted.plus(WINDOW.multipliedBy(2));
        Pause.until("two windows more are learnt", PATIENCE, () -> cluster.profile(SHOP, "deployment-reviews")
                .map(profile -> Instant.parse(profile.status("observed", "lastSample")))
                .filter(enough::isBefore)
                .isPresent());
        Learned profile = cluster.profile(SHOP, "deployment-reviews").orElseThrow();
        Instant last = Instant.parse(profile.status("observed", "lastSample"));
        assertThat(profile.samples()).isEqualTo(counted(samples(prometheus, last)));
        assertThat(profile.status("observed", "days"))
                .as("three that are over, or four past midnight")
                .isIn("3", "4");
    }

    private static long counted(Map<Instant, Map<String, Integer>> windows) {
        long counted = 0;
        Map<String, Integer> thin = new HashMap<>();
        for (Map<String, Integer> window : windows.values()) {
            Map<String, Integer> before = Map.copyOf(thin);
            thin.clear();
            for (Map.Entry<String, Integer> pod : window.entrySet()) {
                int seen = pod.getValue() + before.getOrDefault(pod.getKey(), 0);
                if (seen < FEWEST_SAMPLES) {
                    thin.put(pod.getKey(), seen);
                } else {
                    counted += pod.getValue();
                }
            }
        }
        return counted;
    }

    /** All that Prometheus has up to then: how many samples of each pod, by the end of their window. */
    private static Map<Instant, Map<String, Integer>> samples(PrometheusServer prometheus, Instant last)
            throws IOException, InterruptedException {
        URI url = prometheus
                .url()
                .resolve("/api/v1/query?time=" + last.getEpochSecond() + "&query="
                        + URLEncoder.encode("container_memory_working_set_bytes[4d]", StandardCharsets.UTF_8));
        Map<Instant, Map<String, Integer>> windows = new TreeMap<>();
        try (HttpClient client = HttpClient.newHttpClient()) {
            String body = client.send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofString())
                    .body();
            for (JsonNode series : JSON.readTree(body).at("/data/result")) {
                String pod = series.at("/metric/pod").asString();
                for (JsonNode point : series.path("values")) {
                    long millis = Math.round(point.get(0).asDouble() * 1000);
                    long end = Math.ceilDiv(millis, WINDOW.toMillis()) * WINDOW.toMillis();
                    windows.computeIfAbsent(Instant.ofEpochMilli(end), any -> new HashMap<>())
                            .merge(pod, 1, Integer::sum);
                }
            }
        }
        return windows;
    }

    private static void anotherConcurrencyIsKept(LearningCluster cluster, Replica replica, RunningDeployment reviews) {
        ObjectNode pod = reviews.pod();
        ((ObjectNode) pod.at("/spec/initContainers/1/resources/limits")).put("cpu", "4");
        PodCreation other = cluster.pods().create(SHOP, pod).orThrow();
        assertThat(other.memory()).isEqualTo("128Mi/1Gi");
        assertThat(Metrics.sum(replica, "sidecar_sizer_reviews_total", "reason=\"PROFILE_OF_OTHER_CONCURRENCY\""))
                .isEqualTo(1);
    }

    /** There is no revision's profile that could be mistaken for its own. */
    private static void anotherImageIsSizedByTheWorkload(LearningCluster cluster, RunningDeployment reviews) {
        ObjectNode pod = reviews.pod();
        ((ObjectNode) pod.at("/spec/initContainers/1")).put("image", "docker.io/istio/proxyv2:1.30.2");
        assertThat(cluster.pods().dryRun(SHOP, pod).orThrow().decision()).contains("WORKLOAD_PROFILE");
    }

    private static void isKnownAtOnceWhenMadeAgain(LearningCluster cluster) {
        long before = cluster.histories(SHOP).size();
        assertThat(cluster.profile(SHOP, "deployment-reviews")).isEmpty();
        RunningDeployment again = RunningDeployment.of(cluster, SHOP, InjectedPod.REVIEWS);
        again.run();

        Learned profile = awaitReady(cluster, again.uid());

        assertThat(profile.status("observed", "days")).isIn("3", "4");
        assertThat(cluster.histories(SHOP)).hasSize((int) before);
    }
}
