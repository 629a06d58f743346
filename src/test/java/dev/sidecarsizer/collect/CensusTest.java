package dev.sidecarsizer.collect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.collect.LivePod.Health;
import dev.sidecarsizer.collect.LivePod.Sizing;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Running;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CensusTest {

    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    private final Census census = new Census();
    private final Map<WorkloadKey, Running> workloads = new LinkedHashMap<>();
    private int stuck;
    private boolean lasting;
    private List<LivePod> restarted = List.of();
    private @Nullable Bytes limit;

    @Test
    void countsWhatBecameOfPodsThatRun() {
        assertThat(count(
                        pod("a", Sizing.SIZED, NOON),
                        pod("b", Sizing.KEPT, NOON),
                        pod("c", Sizing.EARLIER, NOON.minusSeconds(60)),
                        pod("d", Sizing.MISSED, NOON),
                        SomePod.named("shop", "e")
                                .sizing(Sizing.MISSED)
                                .running(false)
                                .build()))
                .containsEntry("shop", new Running(1, 1, 1, 1, 0, 0))
                .containsEntry("_rest", Running.NONE);
        assertThat(workloads).containsValue(new Running(1, 1, 1, 1, 0, 0)).hasSize(1);
    }

    @Test
    void whatCameAfterAPodThatWasSizedWasMissedAlsoOnceThatIsGone() {
        LivePod later = pod("b", Sizing.EARLIER, NOON.plusSeconds(60));

        assertThat(count(pod("a", Sizing.SIZED, NOON), later)).containsEntry("shop", new Running(1, 0, 1, 0, 0, 0));
        assertThat(count(later)).containsEntry("shop", new Running(0, 0, 1, 0, 0, 0));
    }

    /** A leader that is new does not know what held them back. */
    @Test
    void whatALeaderBeforeKnewToBeLeftAloneWasNotMissed() {
        census.restore(new WorkloadKey("shop", "apps", "Deployment", "reviews"), 2);
        LivePod sized = pod("a", Sizing.SIZED, NOON);
        LivePod braked = pod("b", Sizing.EARLIER, NOON.plusSeconds(60));
        LivePod kept = pod("c", Sizing.KEPT, NOON.plusSeconds(120));
        LivePod whileNobodyLed = pod("d", Sizing.EARLIER, NOON.plusSeconds(180));

        assertThat(count(whileNobodyLed, kept, braked, sized)).containsEntry("shop", new Running(1, 1, 1, 1, 0, 0));
        assertThat(count(braked, sized)).containsEntry("shop", new Running(1, 0, 0, 1, 0, 0));
    }

    @Test
    void countsLimitsThatTheOverloadManagerWasNotWrittenFor() {
        SomePod fits = SomePod.named("shop", "a").limit(Bytes.mebi(192)).budgetFor(Bytes.mebi(192));
        SomePod resized = SomePod.named("shop", "b").limit(Bytes.mebi(128)).budgetFor(Bytes.mebi(192));
        SomePod without = SomePod.named("shop", "c").limit(Bytes.mebi(128));

        assertThat(count(fits.build(), resized.build(), without.build()))
                .containsEntry("shop", new Running(0, 3, 0, 0, 0, 1));
    }

    @Test
    void countsThoseThatTheNetSizedAmongThoseThatAreSized() {
        assertThat(count(
                        pod("a", Sizing.SIZED, NOON),
                        SomePod.named("shop", "b").byNet().build()))
                .containsEntry("shop", new Running(2, 0, 0, 0, 1, 0));
    }

    @Test
    void knowsTheLeastThatASizedPodMayUse() {
        SomePod sized = SomePod.named("shop", "a")
                .sizing(Sizing.SIZED)
                .limit(Bytes.mebi(192))
                .running(false);
        SomePod raised = SomePod.named("shop", "b").sizing(Sizing.SIZED).limit(Bytes.mebi(288));
        SomePod kept = SomePod.named("shop", "c").sizing(Sizing.KEPT).limit(Bytes.mebi(64));

        count(raised.build(), sized.build(), kept.build());
        assertThat(limit).isEqualTo(Bytes.mebi(192));

        count(kept.build());
        assertThat(limit).isNull();
    }

    @Test
    void aRestartIsToldOnceAndNotByALeaderThatFindsItThere() {
        SomePod before = SomePod.named("shop", "a").restarted(NOON.minusSeconds(60));
        count(before.build());
        assertThat(restarted).isEmpty();

        LivePod next = SomePod.named("shop", "b").restarted(NOON).build();
        count(before.build(), next);
        assertThat(restarted).containsExactly(next);

        count(before.build(), next);
        assertThat(restarted).isEmpty();
    }

    @Test
    void sizedPodsAreStuckWhereNoneServesAndNobodyElseIs() {
        LivePod[] stuckPods = {stuck("a", Sizing.SIZED), stuck("b", Sizing.SIZED)};

        count(stuckPods);
        assertThat(stuck).as("it may be for a moment").isZero();
        count(stuckPods);
        assertThat(stuck).isEqualTo(2);
        count(stuckPods[0], stuckPods[1], pod("c", Sizing.SIZED, NOON));
        assertThat(stuck).as("one of the same size serves").isZero();
        LivePod other = stuck("c", Sizing.KEPT);
        count(stuckPods[0], stuckPods[1], other);
        count(stuckPods[0], stuckPods[1], other);
        assertThat(stuck).as("one of another size is stuck too").isZero();
        assertThat(census.isStuck(other)).isTrue();
    }

    @Test
    void whatBecameReadyInBetweenIsNotStuck() {
        LivePod late = stuck("a", Sizing.SIZED);

        count(late);
        count(pod("a", Sizing.SIZED, NOON));
        count(late);

        assertThat(stuck).isZero();
    }

    @Test
    void patienceRunsFromTheStartOfTheProxyHoweverLongItsPodWaited() {
        SomePod pod = SomePod.named("shop", "a")
                .sizing(Sizing.SIZED)
                .health(Health.NOT_READY)
                .created(NOON.minusSeconds(9999));

        count(pod.build());
        count(pod.build());
        assertThat(stuck).as("nobody knows since when").isZero();
        count(pod.started(NOON.minusSeconds(299)).build());
        count(pod.build());
        assertThat(stuck).as("it may still come").isZero();
        count(pod.started(NOON.minusSeconds(301)).build());
        count(pod.build());
        assertThat(stuck).isEqualTo(1);
    }

    @Test
    void oneThatWaitsForHalfAnHourBesideAReadyOneIsNoMatterOfTime() {
        SomePod waits = SomePod.named("shop", "a").sizing(Sizing.SIZED).health(Health.NOT_READY);
        LivePod before = pod("b", Sizing.EARLIER, NOON.minusSeconds(9999));
        LivePod shortly = waits.started(NOON.minusSeconds(1799)).build();
        count(shortly, before);
        count(shortly, before);
        assertThat(lasting).as("it may still come").isFalse();
        LivePod lasts = waits.started(NOON.minusSeconds(1801)).build();
        count(lasts, before);
        assertThat(lasting).isTrue();
        count(lasts);
        assertThat(lasting).as("nothing says that it is the size").isFalse();
        count(lasts, before, pod("c", Sizing.SIZED, NOON));
        assertThat(lasting).as("one of the same size serves").isFalse();
    }

    private static LivePod stuck(String name, Sizing sizing) {
        return SomePod.named("shop", name)
                .sizing(sizing)
                .health(Health.NOT_READY)
                .started(NOON.minusSeconds(301))
                .build();
    }

    @Test
    void tellsNoMoreThanSomeNamespacesApartAndThoseWithTheMostUnsizedPods() {
        List<LivePod> pods = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            pods.add(SomePod.named("n" + i, "a").sizing(Sizing.SIZED).build());
        }
        pods.add(SomePod.named("worst", "a").sizing(Sizing.MISSED).build());

        Map<String, Running> sums = count(pods.toArray(LivePod[]::new));

        assertThat(sums).hasSize(51).containsEntry("worst", new Running(0, 0, 1, 0, 0, 0));
        assertThat(sums.values().stream().mapToInt(Running::sized).sum()).isEqualTo(200);
    }

    private Map<String, Running> count(LivePod... pods) {
        workloads.clear();
        return census.count(
                Stream.of(pods).collect(Collectors.groupingBy(LivePod::workload)), NOON, (workload, counted) -> {
                    workloads.put(workload, counted.running());
                    stuck = counted.stuck();
                    lasting = counted.lasting();
                    restarted = counted.restarted();
                    limit = counted.limit();
                });
    }

    private static LivePod pod(String name, Sizing sizing, Instant created) {
        return SomePod.named("shop", name).sizing(sizing).created(created).build();
    }
}
