package dev.sidecarsizer.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.ProxyVersion;
import dev.sidecarsizer.patch.ProxyPatch.KnownProxy;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class OverloadBootstrapTest {

    /** What a sidecar uses in calm. */
    private static final Bytes LIVE = Bytes.mebi(28);

    private static final String ACCEPT = "/overload_manager/loadshed_points/0/triggers/0";

    private static final Optional<ProxyVersion> NEWEST = Optional.of(new ProxyVersion(1, 31));

    @Test
    void orderWhatIsInUseSoftLimitHeapAndLimit() {
        int budgets = 0;
        for (long limit = 16; limit <= 4096; limit += 37) {
            for (long twelfth = 0; twelfth <= 12; twelfth++) {
                budgets += isOrdered(Bytes.mebi(limit), Bytes.mebi(limit * twelfth / 12)) ? 1 : 0;
            }
        }
        assertThat(budgets).isGreaterThan(500);
    }

    private static boolean isOrdered(Bytes limit, Bytes live) {
        Optional<Heap> served = Heap.of(limit, facts(live, null));
        served.ifPresent(heap -> {
            JsonNode bootstrap = json(limit, live, NEWEST);
            Bytes soft = new Bytes(bootstrap
                    .at("/memory_allocator_manager/soft_memory_limit_bytes")
                    .asLong());
            assertThat(maxHeap(bootstrap)).isEqualTo(limit);
            assertThat(heap.used()).isLessThan(soft);
            assertThat(soft.value())
                    .isLessThanOrEqualTo((long) (heap.used().plus(heap.room()).value() * 0.90));
            assertThat(shares(bootstrap).getLast()).isLessThan(1);
        });
        return served.isPresent();
    }

    private static KnownProxy facts(@Nullable Bytes live, @Nullable Bytes peak) {
        return new KnownProxy(NEWEST, false, live, peak, null);
    }

    @ParameterizedTest
    @CsvSource({"1, 27, false", "1, 28, true", "1, 31, true", "2, 0, true"})
    void areForProxiesFromIstio128On(int major, int minor, boolean supported) {
        assertThat(OverloadBootstrap.supports(Optional.of(new ProxyVersion(major, minor))))
                .isEqualTo(supported);
    }

    @Test
    void areForProxiesOfAnUnknownVersionToo() {
        assertThat(OverloadBootstrap.supports(Optional.empty())).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"1.28.0, false", "1.29.9, false", "1.30.0, true", "1.31.0, true", "1.30.0-rc.0, false", "latest, false"
    })
    void limitTheAllocatorFromIstio130On(String version, boolean limited) {
        JsonNode bootstrap = json(Bytes.mebi(192), LIVE, ProxyVersion.parse(version));
        assertThat(bootstrap.has("memory_allocator_manager")).isEqualTo(limited);
        assertThat(bootstrap.has("overload_manager")).isTrue();
    }

    /** The same thresholds, of a limit that is told or read. */
    @ParameterizedTest
    @CsvSource({"60Mi, 28Mi", "192Mi, 28Mi", "192Mi, 100Mi", "1Gi, 66Mi", "8Gi, 4Gi"})
    void followingTheLimitActAtTheSameShares(String limit, String live) {
        Bytes all = Bytes.parse(limit);
        Bytes used = Bytes.parse(live);
        JsonNode fixed = json(all, used, NEWEST);
        JsonNode following = following(all, used);

        assertThat(shares(following)).isEqualTo(shares(fixed)).hasSize(8);
        assertThat(HeapBudget.of(following)).isEqualTo(HeapBudget.of(fixed));
        assertThat((double) HeapBudget.of(fixed).orElseThrow().value())
                .isCloseTo((double) Heap.most(all).value(), within(0.0005 * all.value() + 1));
    }

    /** In a limit that grows in place requests are refused before the room is full that the formula has for it. */
    @ParameterizedTest
    @CsvSource({"60, 28, 61", "128, 28, 192", "192, 28, 1024", "1024, 66, 8192", "512, 430, 768", "512, 450, 768"})
    void followingALimitThatGrowsRefuseBeforeItIsFull(long before, long live, long after) {
        double refuses = Triggers.of(following(Bytes.mebi(before), Bytes.mebi(live)), "stop_accepting_requests")
                .at("/scaled/scaling_threshold")
                .asDouble();
        Heap grown = Heap.of(Bytes.mebi(after), facts(Bytes.mebi(live), null)).orElseThrow();

        assertThat(refuses * (double) Bytes.mebi(after).value())
                .isLessThan(1.01 * (double) grown.used().plus(grown.room()).value());
    }

    @ParameterizedTest
    @CsvSource({"1.30.9, false", "1.31.0-rc.1, false", "1.31.0, true", "latest, false"})
    void followTheLimitFromIstio131On(String version, boolean follows) {
        assertThat(OverloadBootstrap.canFollow(ProxyVersion.parse(version))).isEqualTo(follows);
    }

    private static JsonNode following(Bytes limit, @Nullable Bytes live) {
        KnownProxy facts = facts(live, null);
        return JsonMapper.shared().readTree(OverloadBootstrap.following(limit, facts, "/shown/..data"));
    }

    /** All thresholds, the largest last. */
    private static List<Double> shares(JsonNode bootstrap) {
        return bootstrap
                .at("/overload_manager/actions")
                .valueStream()
                .map(action -> action.at("/triggers/0"))
                .flatMap(trigger -> Stream.of(
                                "/threshold/value", "/scaled/scaling_threshold", "/scaled/saturation_threshold")
                        .map(trigger::at))
                .filter(JsonNode::isNumber)
                .map(JsonNode::asDouble)
                .sorted()
                .toList();
    }

    /** Repeated fields are appended to Istio's own, and a monitor or action that comes twice stops Envoy. */
    @Test
    void repeatNothing() {
        JsonNode manager = json(Bytes.mebi(192), LIVE, NEWEST).path("overload_manager");
        assertThat(names(manager.path("resource_monitors"))).containsExactly("envoy.resource_monitors.fixed_heap");
        assertThat(names(manager.path("actions")))
                .doesNotHaveDuplicates()
                .allMatch(name -> name.startsWith("envoy.overload_actions."));
        manager.path("actions").forEach(action -> assertThat(names(action.path("triggers")))
                .containsExactly("envoy.resource_monitors.fixed_heap"));
    }

    @Test
    void shedInTheOrderInWhichItHurts() {
        JsonNode actions =
                json(Bytes.mebi(192), LIVE, NEWEST).path("overload_manager").path("actions");
        List<Double> from = actions.valueStream()
                .map(action -> action.at("/triggers/0"))
                .map(trigger -> trigger.has("threshold")
                        ? trigger.at("/threshold/value").asDouble()
                        : trigger.at("/scaled/scaling_threshold").asDouble())
                .toList();
        assertThat(from).isSorted().allMatch(threshold -> threshold > 0 && threshold < 1);
        assertThat(names(actions).getFirst()).endsWith("shrink_heap");
        assertThat(names(actions).getLast()).endsWith("disable_http_keepalive");
        actions.valueStream()
                .map(action -> action.at("/triggers/0/scaled"))
                .filter(JsonNode::isObject)
                .forEach(scaled -> assertThat(scaled.path("scaling_threshold").asDouble())
                        .isLessThan(scaled.path("saturation_threshold").asDouble()));
    }

    /** What is live may stay above a threshold for good: then requests are still served, on connections that last. */
    @ParameterizedTest
    @CsvSource({"0", "100", "120", "160", "200"})
    void refuseNotAllRequestsBelowTheBudget(long peak) {
        JsonNode bootstrap = json(Bytes.mebi(192), facts(LIVE, Bytes.mebi(peak)));
        double connections = bootstrap.at(ACCEPT).at("/threshold/value").asDouble();
        JsonNode requests = Triggers.of(bootstrap, "stop_accepting_requests");
        double from = requests.at("/scaled/scaling_threshold").asDouble();
        double all = requests.at("/scaled/saturation_threshold").asDouble();
        assertThat(from).isGreaterThan(connections + 0.015);
        assertThat(all * 192)
                .as("MiB allocated: no Envoy of the lab had so few beside them in its container")
                .isGreaterThan(192 - 20);
        assertThat(Triggers.of(bootstrap, "disable_http_keepalive")
                        .at("/threshold/value")
                        .asDouble())
                .as("where most requests are refused, not before")
                .isGreaterThan(from + 0.8 * (all - from));
    }

    /** A peak that comes every day is no overload; what is refused then would be refused every day. */
    @ParameterizedTest
    @CsvSource({"192, 120, 151", "230, 60, 200", "268, 60, 200", "96, 50, 70", "1016, 500, 800"})
    void refuseNothingWithinTheKnownPeak(long limit, long live, long peak) {
        KnownProxy knowing = facts(Bytes.mebi(live), Bytes.mebi(peak));
        double without = closesFrom(json(Bytes.mebi(limit), Bytes.mebi(live), NEWEST));
        double closes = closesFrom(json(Bytes.mebi(limit), knowing));

        Heap heap = Heap.of(Bytes.mebi(limit), knowing).orElseThrow();
        double all = Bytes.mebi(limit).value();
        double used = heap.used().value() / all;
        double room = heap.room().value() / all;
        double peaks = (Bytes.mebi(peak).value() - Bytes.mebi(10).value()) / 1.05 / all;
        assertThat(closes).isGreaterThanOrEqualTo(without);
        assertThat(closes)
                .as("there, or where what is accepted still has room to grow")
                .isCloseTo(Math.clamp(peaks, without, used + 0.85 * room), within(0.0011));
    }

    @Test
    void refuseAsBeforeWhereThePeakIsLow() {
        Bytes limit = Bytes.mebi(512);
        Bytes live = Bytes.mebi(60);
        assertThat(json(limit, facts(live, Bytes.mebi(90)))).isEqualTo(json(limit, live, NEWEST));
    }

    private static double closesFrom(JsonNode bootstrap) {
        double connections = bootstrap.at(ACCEPT).at("/threshold/value").asDouble();
        assertThat(Triggers.of(bootstrap, "stop_accepting_requests")
                        .at("/scaled/scaling_threshold")
                        .asDouble())
                .isGreaterThan(connections);
        assertThat(Triggers.of(bootstrap, "reduce_timeouts")
                        .at("/scaled/saturation_threshold")
                        .asDouble())
                .isEqualTo(connections);
        return connections;
    }

    private static JsonNode json(Bytes limit, @Nullable Bytes live, Optional<ProxyVersion> version) {
        return json(limit, new KnownProxy(version, false, live, null, null));
    }

    private static JsonNode json(Bytes limit, KnownProxy facts) {
        return JsonMapper.shared().readTree(OverloadBootstrap.json(limit, facts));
    }

    private static Bytes maxHeap(JsonNode bootstrap) {
        return new Bytes(bootstrap
                .at("/overload_manager/resource_monitors/0/typed_config/max_heap_size_bytes")
                .asLong());
    }

    private static List<String> names(JsonNode list) {
        return list.valueStream().map(item -> item.path("name").asString()).toList();
    }
}
