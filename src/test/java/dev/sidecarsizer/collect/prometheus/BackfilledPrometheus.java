package dev.sidecarsizer.collect.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sidecarsizer.cluster.Progress;
import dev.sidecarsizer.cluster.Prometheus;
import dev.sidecarsizer.cluster.PrometheusServer;
import dev.sidecarsizer.collect.SourceFailed;
import dev.sidecarsizer.collect.UsageSource;
import dev.sidecarsizer.collect.UsageSource.Kill;
import dev.sidecarsizer.collect.UsageSource.Now;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Makeup;
import dev.sidecarsizer.profile.ProxyFacts;
import dev.sidecarsizer.profile.ProxyLoad;
import dev.sidecarsizer.profile.ProxyMemory;
import dev.sidecarsizer.profile.ProxyOverload;
import dev.sidecarsizer.profile.ProxyRuntime;
import dev.sidecarsizer.profile.ProxyTraffic;
import dev.sidecarsizer.profile.history.PodWindow;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A real Prometheus with a known past: what is read is what plain counting makes of the same samples. */
@Tag("mesh")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class BackfilledPrometheus {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Instant END = Instant.parse("2025-11-20T15:00:00Z");
    static final Instant BEGIN = END.minus(HOUR.multipliedBy(5));
    static final Instant NOW = END.plus(Duration.ofMinutes(2));
    private static final String CLUSTER = ",cluster=\"prod\"";

    private static final PodName REVIEWS = Taken.pod("reviews-6d5f9c7b88-x2x7p");
    private static final PodName RATINGS = Taken.pod("ratings-7c9f8d6b54-k8s2z");
    private static final PodName ROLLED = Taken.pod("rolled-59b4c8d7f6-7xk2p");
    private static final PodName CARTS = Taken.pod("carts-0");
    private static final PodName NIGHTLY = new PodName("batch", "nightly-28912345-abcde");
    private static final PodName BARE = new PodName("batch", "bare");
    private static final List<PodName> PODS = List.of(REVIEWS, RATINGS, ROLLED, CARTS, NIGHTLY, BARE);

    private static final Past PAST = past();

    private final Prometheus version;
    private PrometheusServer server;

    BackfilledPrometheus(Prometheus version) {
        this.version = version;
    }

    @BeforeAll
    void start(@TempDir Path data) {
        PrometheusServer.backfill(PAST.openMetrics(), data, Progress.onConsole());
        server = PrometheusServer.start(
                version, "global: {external_labels: {prometheus: monitoring}}\n", data, Progress.onConsole());
    }

    @AfterAll
    void end() {
        if (server != null) {
            server.close();
        }
    }

    /** Where it is asked. */
    URI url() {
        return server.url();
    }

    @Test
    void windowsHoldExactlyTheirSamples() {
        Taken taken = new Taken();
        usage(settings("cluster=\"prod\"", 6, 20_000)).read(BEGIN, NOW, taken);

        assertThat(taken.ends).containsExactlyElementsOf(ends(BEGIN));
        assertThat(taken.windows()).containsExactlyInAnyOrderElementsOf(expected(BEGIN));
    }

    @Test
    void smallChunksAndOneNamespaceAtATimeGiveTheSame() {
        Taken taken = new Taken();
        usage(settings("cluster=\"prod\"", 2, 1)).read(BEGIN, NOW, taken);

        assertThat(taken.ends).containsExactlyElementsOf(ends(BEGIN));
        assertThat(taken.windows()).containsExactlyInAnyOrderElementsOf(expected(BEGIN));
    }

    @Test
    void readingGoesOnWhereItEnded() {
        PrometheusUsage usage = usage(settings("cluster=\"prod\"", 6, 20_000));
        Taken taken = new Taken();
        Instant cut = BEGIN.plus(HOUR.multipliedBy(2));
        usage.read(BEGIN, cut.plus(Duration.ofMinutes(30)), taken);
        usage.read(cut, NOW, taken);

        assertThat(taken.ends).containsExactlyElementsOf(ends(BEGIN));
        assertThat(taken.windows()).containsExactlyInAnyOrderElementsOf(expected(BEGIN));
    }

    @Test
    void thePastOfSomeNamespacesIsReadByItself() {
        Set<String> all =
                expected(BEGIN).stream().map(window -> window.pod().namespace()).collect(Collectors.toSet());
        assertThat(all).hasSizeGreaterThan(1);
        Instant last = NOW.minus(HOUR.multipliedBy(2));
        for (String namespace : all) {
            Taken taken = new Taken();
            usage(settings("cluster=\"prod\"", 6, 20_000)).readPast(Set.of(namespace, "nobody"), last, NOW, taken);

            assertThat(taken.windows())
                    .filteredOn(window -> window.end().isAfter(BEGIN))
                    .containsExactlyInAnyOrderElementsOf(expected(BEGIN).stream()
                            .filter(window -> window.pod().namespace().equals(namespace))
                            .filter(window -> !window.end().isAfter(last))
                            .toList());
        }
    }

    @Test
    void aWindowThatMayStillGetSamplesIsLeft() {
        Taken taken = new Taken();
        usage(settings("cluster=\"prod\"", 6, 20_000)).read(BEGIN, END.plusSeconds(119), taken);

        assertThat(taken.ends).containsExactlyElementsOf(ends(BEGIN).subList(0, 4));
    }

    @Test
    void podsThatAreGoneComeWithTheirWorkload() {
        Taken taken = new Taken();
        usage(settings("cluster=\"prod\"", 6, 20_000)).read(BEGIN, NOW, taken);

        assertThat(taken.workloads())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        REVIEWS.toString(), Optional.of(new WorkloadKey("shop", "apps", "Deployment", "reviews")),
                        RATINGS.toString(), Optional.of(new WorkloadKey("shop", "apps", "Deployment", "ratings")),
                        ROLLED.toString(), Optional.of(new WorkloadKey("shop", "argoproj.io", "Rollout", "rolled")),
                        CARTS.toString(), Optional.of(new WorkloadKey("shop", "apps", "StatefulSet", "carts")),
                        NIGHTLY.toString(), Optional.of(new WorkloadKey("batch", "batch", "CronJob", "nightly")),
                        BARE.toString(), Optional.empty()));
    }

    @Test
    void severalClustersAreRefusedByName() {
        Taken taken = new Taken();
        assertThatThrownBy(() -> usage(settings("", 6, 20_000)).read(BEGIN, NOW, taken))
                .isInstanceOfSatisfying(SourceFailed.class, failed -> assertThat(failed.lasting())
                        .isTrue())
                .hasMessageContaining("the label cluster of the proxies' memory is \"prod\", \"staging\"")
                .hasMessageContaining("sidecar-sizer.collect.prometheus.matchers");
        assertThat(taken.ends).isEmpty();
    }

    @Test
    void aClusterThatAnswersNowAndThenIsRefusedToo() {
        Taken taken = new Taken();
        assertThatThrownBy(() ->
                        usage(settings("cluster=~\"prod|test\"", 6, 20_000)).read(BEGIN, NOW, taken))
                .isInstanceOf(SourceFailed.class)
                .hasMessageContaining("the label cluster of the proxies' memory is \"prod\", \"test\"");
        assertThat(taken.ends).isEmpty();
    }

    @Test
    void aClusterInPlaceOfAnotherIsRefusedWhereItBegins() {
        Taken taken = new Taken();
        assertThatThrownBy(() ->
                        usage(settings("cluster=~\"test|west\"", 1, 20_000)).read(BEGIN, NOW, taken))
                .isInstanceOf(SourceFailed.class)
                .hasMessageContaining("is \"test\", \"west\"");
        assertThat(taken.ends).containsExactlyElementsOf(ends(BEGIN).subList(0, 3));
    }

    @Test
    void nowTellsWhatEachProxyUsesAndWhatDrivesIt() {
        Map<PodName, Now> now = usage(settings("cluster=\"prod\"", 6, 20_000)).now(END);

        assertThat(now).containsOnlyKeys(PODS);
        assertThat(of(now, REVIEWS).memory()).isEqualTo(Bytes.mebi(77));
        assertThat(List.of(of(now, REVIEWS).since(), of(now, REVIEWS).at())).containsExactly(END.minus(HOUR), END);
        ProxyFacts facts = of(now, REVIEWS).facts();
        assertThat(facts)
                .isEqualTo(new ProxyFacts(
                        ProxyRuntime.told("1.31.0", 2),
                        new ProxyMemory(Bytes.mebi(20), Bytes.mebi(60), Bytes.mebi(50), Bytes.mebi(30)),
                        new ProxyLoad(17L, facts.load().requestRate()),
                        new ProxyTraffic(
                                true,
                                List.of(
                                        "egress/api.example.com",
                                        "mongo.shop.svc.cluster.local",
                                        "ratings.shop.svc.cluster.local")),
                        new ProxyOverload(
                                facts.overload().shedding(),
                                1.04,
                                facts.overload().shrinksPerHour()),
                        new Makeup(1009L, 3L, true, facts.makeup().pushesPerHour(), 1900L, null, null)));
        assertThat(facts.makeup().pushesPerHour()).isCloseTo(360, within(5.0));
        assertThat(facts.overload().shedding())
                .as("of the window before, of which an edge may be one sample more")
                .isCloseTo(0.25, within(0.01));
        assertThat(facts.overload().shrinksPerHour()).isCloseTo(120, within(2.0));
        assertThat(facts.load().requestRate()).as("of five series").isCloseTo(5 * 9, within(0.5));
        assertThat(of(now, RATINGS).facts().traffic().rawTcp()).isFalse();
        assertThat(of(now, CARTS).facts()).isEqualTo(ProxyFacts.UNKNOWN);
    }

    @Test
    void whoClosesAllConnectionsIsKnownAfterTwoScrapes() {
        PrometheusUsage usage = usage(settings("cluster=\"prod\"", 6, 20_000));
        Instant begins = END.minus(HOUR.dividedBy(2));

        assertThat(usage.closing(begins.plusSeconds(29))).isEmpty();
        for (int second = 30; second < 130; second += 5) {
            assertThat(usage.closing(begins.plusSeconds(second)))
                    .as("%d s", second)
                    .containsExactly(REVIEWS);
        }
        Now stuck = of(usage.now(begins.plusSeconds(30)), REVIEWS);
        assertThat(stuck.facts().overload().shedding()).isEqualTo(1);
        assertThat(Duration.between(stuck.since(), stuck.at())).isEqualTo(UsageSource.CLOSED_FOR);
        assertThat(usage.closing(END.minus(HOUR.dividedBy(4)))).isEmpty();
    }

    @Test
    void killsAreFoundOnceEach() {
        PrometheusUsage usage = usage(settings("cluster=\"prod\"", 6, 20_000));
        Instant cut = BEGIN.plus(Duration.ofMinutes(90));
        List<Kill> kills = new ArrayList<>(usage.kills(BEGIN, cut));
        kills.addAll(usage.kills(cut, END));

        assertThat(kills)
                .containsExactlyInAnyOrder(
                        new Kill(REVIEWS, cut.minusSeconds(10), Optional.of(Bytes.mebi(128))),
                        new Kill(REVIEWS, cut.plus(HOUR), Optional.of(Bytes.mebi(128))),
                        new Kill(CARTS, cut.plus(HOUR.multipliedBy(2)), Duration.ofMinutes(3), Optional.empty()));
    }

    @Test
    void saysWhatItLacks() {
        assertThat(usage(settings("cluster=\"prod\"", 6, 20_000)).lacks(END)).isEmpty();
        assertThat(usage(settings("cluster=\"nowhere\"", 6, 20_000)).lacks(END))
                .first()
                .isEqualTo("no series answers container_memory_working_set_bytes{container=\"istio-proxy\","
                        + "cluster=\"nowhere\"} (sidecar-sizer.collect.prometheus.queries.working-set): "
                        + "nothing can be learnt");
    }

    @Test
    void aSelectorThatIsNoneIsNamedInPrometheusOwnWords() {
        Taken taken = new Taken();
        assertThatThrownBy(() -> usage(settings("cluster=~\"*\"", 6, 20_000)).read(BEGIN, NOW, taken))
                .isInstanceOfSatisfying(SourceFailed.class, failed -> assertThat(failed.lasting())
                        .isTrue())
                .hasMessageContaining("missing argument to repetition operator")
                .hasMessageContaining("sidecar-sizer.collect.prometheus.matchers");
        assertThat(taken.ends).isEmpty();
    }

    private static Now of(Map<PodName, Now> now, PodName pod) {
        return Objects.requireNonNull(now.get(pod), pod::toString);
    }

    static PrometheusUsage usage(PrometheusSettings settings) {
        return new PrometheusUsage(settings, null, new Dropped());
    }

    private PrometheusSettings settings(String matchers, int windowsAtOnce, int seriesAtOnce) {
        return settings(url(), false, matchers, windowsAtOnce, seriesAtOnce);
    }

    static PrometheusSettings settings(
            URI url, boolean partialAnswers, String matchers, int windowsAtOnce, int seriesAtOnce) {
        PrometheusSettings defaults = PrometheusSettings.of(url);
        return new PrometheusSettings(
                defaults.url(),
                HOUR,
                defaults.delay(),
                defaults.history(),
                windowsAtOnce,
                seriesAtOnce,
                defaults.queriesAtOnce(),
                matchers,
                defaults.clusterLabels(),
                partialAnswers,
                defaults.access(),
                defaults.queries());
    }

    private static List<Instant> ends(Instant after) {
        List<Instant> ends = new ArrayList<>();
        for (Instant end = after.plus(HOUR); !end.isAfter(END); end = end.plus(HOUR)) {
            ends.add(end);
        }
        return ends;
    }

    static List<PodWindow> expected(Instant after) {
        List<PodWindow> windows = new ArrayList<>();
        for (Instant end : ends(after)) {
            PODS.forEach(pod -> PAST.window(pod, end, HOUR).ifPresent(windows::add));
        }
        return windows;
    }

    /** Samples every 15 seconds, some right on the windows' edges, where all that is counted twice would be. */
    private static Past past() {
        Past past = new Past();
        Random random = new Random(7);
        for (Instant at = BEGIN; !at.isAfter(END); at = at.plusSeconds(15)) {
            boolean edge = at.truncatedTo(ChronoUnit.HOURS).equals(at);
            // a sample on an edge is the highest, so that it shows in whichever window it is counted
            long reviews = at.equals(END) ? 77L << 20 : (edge ? 200L << 20 : 50L << 20) + random.nextInt(1 << 20);
            past.memory(
                    REVIEWS,
                    CLUSTER + ",id=\"" + (at.isBefore(BEGIN.plusSeconds(5400)) ? "a" : "b") + "\"",
                    at,
                    reviews);
            // a millisecond inside its window, and another outside of it
            past.memory(RATINGS, CLUSTER, at.plusMillis(1), (40L << 20) + random.nextInt(1 << 20));
            past.memory(ROLLED, CLUSTER, at, 30L << 20);
            past.memory(CARTS, CLUSTER, at, (60L << 20) + random.nextInt(1 << 20));
            past.memory(BARE, CLUSTER, at, 10L << 20);
            boolean running = at.getEpochSecond() % 3600 < 300 || at.equals(END);
            if (running) {
                past.memory(NIGHTLY, CLUSTER, at, 25L << 20);
            }
            past.any(
                    "container_memory_working_set_bytes",
                    "namespace=\"shop\",pod=\"carts-0\",container=\"istio-proxy\",cluster=\"staging\"",
                    at,
                    1L << 30);
            // for some minutes of the second hour, and of the fourth
            long minute = Duration.between(BEGIN, at).toMinutes();
            if (minute % 120 >= 80 && minute % 120 < 100 && minute < 240) {
                past.any(
                        "container_memory_working_set_bytes",
                        "namespace=\"shop\",pod=\"carts-0\",container=\"istio-proxy\",cluster=\""
                                + (minute < 120 ? "test" : "west") + "\"",
                        at,
                        1L << 30);
            }
        }
        for (Instant at = BEGIN.minus(HOUR); !at.isAfter(END.plus(Duration.ofMinutes(5))); at = at.plusSeconds(30)) {
            state(past, at);
        }
        return past;
    }

    private static void state(Past past, Instant at) {
        owner(past, REVIEWS, "ReplicaSet", "reviews-6d5f9c7b88", at);
        owner(past, RATINGS, "ReplicaSet", "ratings-7c9f8d6b54", at);
        owner(past, ROLLED, "ReplicaSet", "rolled-59b4c8d7f6", at);
        owner(past, CARTS, "StatefulSet", "carts", at);
        owner(past, NIGHTLY, "Job", "nightly-28912345", at);
        past.any(
                "kube_replicaset_owner",
                "namespace=\"shop\",replicaset=\"rolled-59b4c8d7f6\",owner_kind=\"Rollout\",owner_name=\"rolled\","
                        + "owner_is_controller=\"true\"" + CLUSTER,
                at,
                1);
        kills(past, at);
        gauge(past, "envoy_server_memory_allocated", "", at, 20L << 20);
        gauge(past, "envoy_server_memory_heap_size", "", at, 60L << 20);
        gauge(past, "envoy_server_memory_physical_size", "", at, 50L << 20);
        gauge(past, "istio_agent_process_resident_memory_bytes", "", at, 30L << 20);
        gauge(past, "envoy_server_total_connections", "", at, 12);
        gauge(past, "envoy_cluster_upstream_cx_active", ",cluster_name=\"xds-grpc\"", at, 1);
        gauge(past, "envoy_cluster_upstream_cx_active", ",cluster_name=\"ratings\"", at, 4);
        gauge(past, "envoy_cluster_manager_active_clusters", "", at, 1009);
        gauge(past, "envoy_server_concurrency", "", at, 2);
        // a quarter of each hour
        gauge(past, "envoy_overload_envoy_load_shed_points_tcp_listener_accept_scale_percent", "", at, shed(at));
        gauge(past, "envoy_overload_envoy_resource_monitors_fixed_heap_pressure", "", at, shed(at) == 0 ? 31 : 104);
        gauge(past, "envoy_overload_envoy_overload_actions_shrink_heap_shrink_count", "", at, at.getEpochSecond() / 30);
        gauge(past, "istio_build", ",component=\"proxy\",tag=\"1.31.0\"", at, 1);
        for (String host : List.of("ratings.shop.svc.cluster.local", "unknown")) {
            gauge(past, "istio_requests_total", destination("source", host, "ratings"), at, 9 * at.getEpochSecond());
        }
        gauge(
                past,
                "istio_requests_total",
                destination("source", "api.example.com", "api.example.com")
                        + ",destination_service_namespace=\"egress\"",
                at,
                9 * at.getEpochSecond());
        gauge(past, "envoy_wasm_envoy_wasm_runtime_v8_active", "", at, 3);
        gauge(past, "envoy_wasm_envoy_wasm_runtime_null_active", "", at, 9);
        gauge(past, "envoy_http_lua_errors", "", at, 0);
        gauge(past, "envoy_cluster_manager_cds_update_success", "", at, at.getEpochSecond() / 10);
        gauge(past, "scrape_samples_scraped", "", at, 1900);
        gauge(
                past,
                "istio_requests_total",
                destination("source", "1.2.3.4", "PassthroughCluster"),
                at,
                9 * at.getEpochSecond());
        gauge(
                past,
                "istio_requests_total",
                destination("destination", "reviews.shop", "reviews"),
                at,
                9 * at.getEpochSecond());
        gauge(
                past,
                "istio_tcp_connections_opened_total",
                destination("source", "mongo.shop.svc.cluster.local", "m"),
                at,
                3);
        past.series(
                "istio_requests_total",
                RATINGS,
                destination("destination", "ratings.shop", "ratings").substring(1) + CLUSTER,
                at,
                9);
    }

    /** The end of {@code reviews} is dated, in {@code initContainerStatuses} too; that of {@code carts} is only counted. */
    private static void kills(Past past, Instant at) {
        Instant cut = BEGIN.plus(Duration.ofMinutes(90));
        Instant first = BEGIN.minus(Duration.ofMinutes(30));
        Instant reviews = at.isBefore(cut.plusSeconds(15))
                ? first
                : at.isBefore(cut.plus(HOUR)) ? cut.minusSeconds(10) : cut.plus(HOUR);
        String oom = ",reason=\"OOMKilled\"";
        if (!at.isBefore(first)) {
            state(past, "kube_pod_init_container_status_last_terminated_reason", REVIEWS, oom, at, 1);
            state(
                    past,
                    "kube_pod_init_container_status_last_terminated_timestamp",
                    REVIEWS,
                    "",
                    at,
                    reviews.getEpochSecond());
            state(past, "kube_pod_init_container_status_restarts_total", REVIEWS, "", at, 1);
        }
        state(past, "kube_pod_init_container_resource_limits", REVIEWS, ",resource=\"memory\"", at, 128L << 20);
        boolean killed = !at.isBefore(cut.plus(HOUR.multipliedBy(2)));
        // a gap in the series must make no second kill
        boolean gap = at.isAfter(cut.plusSeconds(9000)) && at.isBefore(cut.plusSeconds(9600));
        if (!gap) {
            state(past, "kube_pod_container_status_restarts_total", CARTS, "", at, killed ? 5 : 4);
            state(
                    past,
                    "kube_pod_container_status_last_terminated_reason",
                    CARTS,
                    killed ? oom : ",reason=\"Error\"",
                    at,
                    1);
        }
    }

    private static void state(Past past, String name, PodName pod, String labels, Instant at, long value) {
        past.series(name, pod, "uid=\"u\",container=\"istio-proxy\"" + labels + CLUSTER, at, value);
    }

    private static void gauge(Past past, String name, String labels, Instant at, long value) {
        past.series(name, REVIEWS, "job=\"envoy-stats\"" + labels + CLUSTER, at, value);
    }

    private static long shed(Instant at) {
        return at.getEpochSecond() % 3600 / 900 == 2 ? 100 : 0;
    }

    private static String destination(String reporter, String host, String name) {
        return ",reporter=\"" + reporter + "\",destination_service=\"" + host + "\",destination_service_name=\"" + name
                + "\"";
    }

    private static void owner(Past past, PodName pod, String kind, String name, Instant at) {
        past.series(
                "kube_pod_owner",
                pod,
                "owner_kind=\"" + kind + "\",owner_name=\"" + name + "\",owner_is_controller=\"true\"" + CLUSTER,
                at,
                1);
    }
}
