package dev.sidecarsizer.collect.envoy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.collect.LivePod;
import dev.sidecarsizer.collect.SomePod;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.WorkloadKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ScrapeOrderTest {

    private static final Instant START = Instant.parse("2026-11-20T10:00:00Z");

    private final ScrapeOrder order = new ScrapeOrder(2, Duration.ofMinutes(10));

    @Test
    void everyWorkloadHasItsTurnBeforeAnyHasASecond() {
        List<LivePod> pods = new ArrayList<>();
        for (int workload = 0; workload < 200; workload++) {
            for (int pod = 0; pod < 5; pod++) {
                pods.add(pod("w" + workload, pod));
            }
        }
        Set<WorkloadKey> seen = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            seen.add(order.next(pods, name -> 1, START.plusSeconds(i))
                    .orElseThrow()
                    .workload());
        }

        assertThat(seen).hasSize(200);
    }

    @Test
    void readsOnlyTheFewWithTheMostMemory() {
        List<LivePod> pods = List.of(pod("w", 1), pod("w", 2), pod("w", 3), pod("w", 4));
        Map<PodName, Long> memory = Map.of(
                pods.get(0).name(),
                10L,
                pods.get(1).name(),
                40L,
                pods.get(2).name(),
                30L,
                pods.get(3).name(),
                20L);
        Set<PodName> seen = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            order.next(pods, name -> memory.getOrDefault(name, 0L), START.plusSeconds(i * 60L))
                    .ifPresent(pod -> seen.add(pod.name()));
        }

        assertThat(seen)
                .containsExactlyInAnyOrder(pods.get(1).name(), pods.get(2).name());
    }

    @Test
    void leavesAPodAloneForAWhile() {
        List<LivePod> pods = List.of(pod("w", 1));

        assertThat(order.next(pods, name -> 1, START)).isPresent();
        assertThat(order.next(pods, name -> 1, START.plusSeconds(599))).isEmpty();
        assertThat(order.next(pods, name -> 1, START.plusSeconds(600))).isPresent();
    }

    @Test
    void aNewWorkloadIsNext() {
        List<LivePod> pods = new ArrayList<>(List.of(pod("a", 1), pod("b", 1)));
        order.next(pods, name -> 1, START);
        order.next(pods, name -> 1, START.plusSeconds(1));
        pods.add(pod("c", 1));

        assertThat(order.next(pods, name -> 1, START.plusSeconds(700)))
                .hasValueSatisfying(pod -> assertThat(pod.workload().name()).isEqualTo("c"));
    }

    @Test
    void asksNoneThatDoesNotRunOrHasNoAddress() {
        assertThat(order.next(List.of(pod("a", 1, false, "10.0.0.1"), pod("a", 2, true, null)), name -> 1, START))
                .isEmpty();
    }

    private static LivePod pod(String workload, int number) {
        return pod(workload, number, true, "10.0.0.1");
    }

    private static LivePod pod(String workload, int number, boolean running, @Nullable String ip) {
        return SomePod.named("shop", workload + "-" + number)
                .of(workload)
                .running(running)
                .ip(ip)
                .build();
    }
}
