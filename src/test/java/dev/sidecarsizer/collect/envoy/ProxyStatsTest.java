package dev.sidecarsizer.collect.envoy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.collect.LivePod;
import dev.sidecarsizer.collect.Shared;
import dev.sidecarsizer.collect.SomePod;
import dev.sidecarsizer.collect.openmetrics.OpenMetrics;
import dev.sidecarsizer.collect.openmetrics.OpenMetricsFault;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.profile.Destinations;
import dev.sidecarsizer.profile.Makeup;
import dev.sidecarsizer.profile.ProxyFacts;
import dev.sidecarsizer.profile.ProxyLoad;
import dev.sidecarsizer.profile.ProxyMemory;
import dev.sidecarsizer.profile.ProxyOverload;
import dev.sidecarsizer.profile.ProxyRuntime;
import dev.sidecarsizer.profile.ProxyTraffic;
import java.io.IOException;
import java.io.StringReader;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProxyStatsTest {

    private static final LivePod POD =
            SomePod.named("shop", "reviews-1").concurrency(4).build();

    @Test
    void readsWhatDrivesMemory() throws IOException, OpenMetricsFault {
        assertThat(
                        facts(
                                """
                                # TYPE envoy_server_memory_allocated gauge
                                envoy_server_memory_allocated{} 8000000
                                envoy_server_memory_heap_size{} 20000000
                                envoy_server_memory_physical_size{} 18000000
                                envoy_server_concurrency{} 2
                                envoy_server_total_connections{} 30
                                envoy_cluster_upstream_cx_active{cluster_name="xds-grpc"} 1
                                envoy_cluster_upstream_cx_active{cluster_name="agent"} 2
                                envoy_cluster_manager_active_clusters{} 18
                                envoy_overload_envoy_load_shed_points_tcp_listener_accept_scale_percent{} 100
                                envoy_overload_envoy_resource_monitors_fixed_heap_pressure{} 104
                                envoy_overload_envoy_overload_actions_shrink_heap_active{} 0
                                envoy_overload_envoy_overload_actions_shrink_heap_shrink_count{} 90
                                envoy_server_uptime{} 7200
                                istio_build{component="proxy",tag="1.31.0"} 1
                                istio_requests_total{reporter="source",destination_service="ratings.shop.svc.cluster.local",destination_service_name="ratings"} 7
                                istio_requests_total{reporter="source",destination_service="api.example.com",destination_service_namespace="egress"} 7
                                istio_requests_total{reporter="destination",destination_service="reviews.shop.svc.cluster.local",destination_service_name="reviews"} 7
                                istio_requests_total{reporter="source",destination_service="unknown",destination_service_name="PassthroughCluster"} 7
                                istio_requests_total{reporter="source",destination_service="10.1.2.3",destination_service_name="PassthroughCluster"} 7
                                """))
                .isEqualTo(new ProxyFacts(
                        new ProxyRuntime("1.31.0", "proxyv2:1.31.0", 2, true),
                        new ProxyMemory(new Bytes(8_000_000), new Bytes(20_000_000), new Bytes(18_000_000), null),
                        new ProxyLoad(33L, null),
                        new ProxyTraffic(false, List.of("egress/api.example.com", "ratings.shop.svc.cluster.local")),
                        new ProxyOverload(1.0, 1.04, 45.0),
                        new Makeup(18L, 0L, null, null, 19L, null, null)));
    }

    @Test
    void readsWhatElseAProxyIsMadeOf() throws IOException, OpenMetricsFault {
        assertThat(
                        makeup(
                                """
                        envoy_server_uptime 7200
                        envoy_cluster_manager_cds_update_success 245
                        envoy_wasm_envoy_wasm_runtime_v8_active 3
                        envoy_wasm_envoy_wasm_runtime_v8_created 7
                        envoy_wasm_envoy_wasm_runtime_null_active 9
                        envoy_http_lua_errors{http_conn_manager_prefix="outbound_0.0.0.0_8080"} 0
                        envoy_cluster_upstream_cx_total{cluster_name="outbound|8080||a.shop.svc.cluster.local"} 0
                        envoy_cluster_upstream_cx_total{cluster_name="outbound|8080|v1|a.shop.svc.cluster.local"} 0
                        envoy_cluster_upstream_rq_total{cluster_name="outbound|8080|v1|a.shop.svc.cluster.local"} 0
                        envoy_cluster_upstream_cx_total{cluster_name="inbound|8080||"} 0
                        """))
                .isEqualTo(new Makeup(null, 3L, true, 120.0, 11L, 2L, 1L));
    }

    @Test
    void thatThereIsNoLuaTakesStatisticsOfConnectionManagers() throws IOException, OpenMetricsFault {
        assertThat(makeup("").lua()).isNull();
        assertThat(makeup("envoy_http_outbound_0_0_0_0_8080_downstream_rq_total 7\n")
                        .lua())
                .isFalse();
        assertThat(makeup("envoy_http_outbound_0_0_0_0_8080_lua_errors 0\n").lua())
                .isTrue();
    }

    @Test
    void aProxysFirstHourCountsAsIfItWereOver() throws IOException, OpenMetricsFault {
        assertThat(makeup("envoy_server_uptime 60\nenvoy_cluster_manager_cds_update_success 4\n")
                        .pushesPerHour())
                .isEqualTo(0);
        assertThat(makeup("envoy_server_uptime 60\nenvoy_cluster_manager_cds_update_success 65\n")
                        .pushesPerHour())
                .isEqualTo(60);
        assertThat(makeup("envoy_cluster_manager_cds_update_success 65\n").pushesPerHour())
                .isNull();
    }

    @Test
    void rawTcpSeenServedOrCalledIsRawTcp() throws IOException, OpenMetricsFault {
        assertThat(facts(
                                """
                                istio_requests_total{reporter="destination"} 7
                                istio_tcp_connections_opened_total{reporter="destination"} 1
                                """)
                        .traffic()
                        .rawTcp())
                .isTrue();
    }

    @Test
    void withoutTelemetryNothingIsSaidOfRawTcp() throws IOException, OpenMetricsFault {
        ProxyFacts facts = facts("envoy_server_concurrency 2\n");

        assertThat(facts.traffic().rawTcp()).isNull();
        assertThat(facts.runtime().version()).isNull();
        assertThat(facts.load().connections()).isNull();
    }

    @Test
    void whatTheProxyDoesNotTellThePodMay() throws IOException, OpenMetricsFault {
        assertThat(facts("up 1\n").runtime().concurrency()).isEqualTo(4);
    }

    @Test
    void whatALookFoundThatMomentCountsForAWhile() throws IOException, OpenMetricsFault {
        Instant then = Instant.parse("2026-11-20T10:00:00Z");
        ProxyFacts told = facts(
                """
                envoy_server_memory_allocated 8000000
                envoy_overload_envoy_load_shed_points_tcp_listener_accept_scale_percent 100
                envoy_overload_envoy_resource_monitors_fixed_heap_pressure 104
                envoy_overload_envoy_overload_actions_shrink_heap_shrink_count 90
                envoy_server_uptime 60
                """);
        Look look = new Look(POD.uid(), then, told);

        assertThat(Look.facts(look, POD, then)).isEqualTo(told);
        assertThat(Look.facts(look, POD, then.plusSeconds(1))).isEqualTo(told.with(ProxyOverload.UNKNOWN));
        assertThat(Look.facts(new Look("another", then, told), POD, then)).isEqualTo(ProxyStats.unread(POD));
        assertThat(Look.facts(null, POD, then)).isEqualTo(ProxyStats.unread(POD));
    }

    @Test
    void whatIsAllocatedAtTheBeginningIsNotWhatTheProxyHolds() throws IOException, OpenMetricsFault {
        Instant then = Instant.parse("2026-11-20T10:00:00Z");
        ProxyFacts told = facts("envoy_server_memory_allocated 8000000\n");
        LivePod young = SomePod.named("shop", "reviews-1")
                .created(then.minusSeconds(119))
                .build();
        LivePod older = SomePod.named("shop", "reviews-1")
                .created(then.minusSeconds(120))
                .build();

        assertThat(Look.facts(new Look(young.uid(), then, told), young, then)
                        .memory()
                        .allocated())
                .isNull();
        assertThat(Look.facts(new Look(older.uid(), then, told), older, then)
                        .memory()
                        .allocated())
                .isEqualTo(new Bytes(8_000_000));
    }

    @Test
    void numbersThatAreNoneAreNotTaken() throws IOException, OpenMetricsFault {
        ProxyFacts facts = facts(
                """
                envoy_server_memory_allocated NaN
                envoy_server_memory_heap_size -1
                envoy_server_memory_physical_size +Inf
                envoy_server_concurrency 1e300
                envoy_overload_envoy_load_shed_points_tcp_listener_accept_scale_percent NaN
                envoy_overload_envoy_resource_monitors_fixed_heap_pressure NaN
                """);

        assertThat(facts).isEqualTo(ProxyStats.unread(POD));
    }

    @Test
    void keepsTheFirstOfVeryManyDestinations() throws IOException, OpenMetricsFault {
        ProxyFacts facts = facts(IntStream.range(0, 1000)
                .mapToObj(
                        "istio_requests_total{reporter=\"source\",destination_service=\"s%04d.shop\",destination_service_name=\"s\"} 1\n"
                                ::formatted)
                .collect(Collectors.joining()));

        assertThat(facts.traffic().destinations())
                .hasSize(Destinations.MOST)
                .isSorted()
                .startsWith("s0000.shop");
    }

    private static Makeup makeup(String text) throws IOException, OpenMetricsFault {
        return facts("envoy_server_memory_allocated 8000000\n" + text).makeup();
    }

    private static ProxyFacts facts(String text) throws IOException, OpenMetricsFault {
        ProxyStats stats = new ProxyStats();
        OpenMetrics.read(new StringReader(text), OpenMetrics.Format.TEXT, stats);
        return stats.facts(POD, new Shared());
    }
}
