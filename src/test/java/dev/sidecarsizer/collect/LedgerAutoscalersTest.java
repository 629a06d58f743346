package dev.sidecarsizer.collect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.collect.UsageSource.Seen;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Autoscaler;
import dev.sidecarsizer.profile.Autoscalers;
import dev.sidecarsizer.profile.Learnt;
import dev.sidecarsizer.profile.ProxyFacts;
import dev.sidecarsizer.profile.Subject.OfWorkload;
import dev.sidecarsizer.profile.history.HistoryFault;
import dev.sidecarsizer.profile.history.PodWindow;
import dev.sidecarsizer.profile.history.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Who else resizes or scales a workload is a fact of its profile, for as long as it is so. */
class LedgerAutoscalersTest {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Instant START = Instant.parse("2026-11-20T00:00:00Z");
    private static final Duration INTERVAL = Duration.ofMinutes(15);
    private static final Pace PACE = new Pace(INTERVAL, INTERVAL, 1000, Duration.ofDays(14), Duration.ofDays(30));

    private static final WorkloadKey REVIEWS = WorkloadKey.of("shop", "apps/v1", "Deployment", "reviews");
    private static final OfWorkload WHOLE = OfWorkload.whole(REVIEWS);
    private static final Autoscaler HPA =
            new Autoscaler(Autoscaler.HORIZONTAL, "reviews", List.of("memory"), null, List.of());
    private static final Autoscaler VPA =
            new Autoscaler(Autoscaler.VERTICAL, "reviews", List.of("cpu", "memory"), null, List.of());
    private static final Autoscalers NOBODY = workload -> List.of();

    private final Ledger ledger = newLedger();

    @Test
    void oneThatComesOrGoesIsTheProfilesAtItsNextTurn() {
        ledger.take(at(1), List.of(window(1)), name -> Optional.empty());
        keep(ledger, at(1));
        assertThat(ledger.due(at(2))).isEmpty();

        ledger.scaled(Map.of(), of(REVIEWS, HPA));
        assertThat(ledger.due(at(1).plusSeconds(1))).as("no write of its own").isEmpty();
        assertThat(ledger.due(at(2))).containsExactly(WHOLE);
        assertThat(keep(ledger, at(2)).autoscalers()).containsExactly(HPA);

        ledger.scaled(Map.of(), of(REVIEWS, HPA));
        assertThat(ledger.due(at(3))).as("nothing new").isEmpty();

        ledger.scaled(Map.of(), NOBODY);
        assertThat(ledger.due(at(3))).containsExactly(WHOLE);
        assertThat(keep(ledger, at(3)).autoscalers()).isEmpty();
    }

    @Test
    void theNextLeaderGoesOnFromWhatTheProfileShows() throws HistoryFault {
        ledger.take(at(1), List.of(window(1)), name -> Optional.empty());
        ledger.scaled(Map.of(), of(REVIEWS, HPA));
        Learnt kept = keep(ledger, at(1));

        Ledger next = newLedger();
        next.restore(WHOLE, kept.history());
        next.restore(WHOLE, ProxyFacts.UNKNOWN, kept.autoscalers(), null, 0);

        next.scaled(Map.of(), of(REVIEWS, HPA));
        assertThat(next.due(at(2))).as("it is told already").isEmpty();
        next.scaled(Map.of(), NOBODY);
        assertThat(next.due(at(2))).as("it went while nobody led").containsExactly(WHOLE);
    }

    @Test
    void ofAWorkloadOfWhichNothingIsKnownNoProfileIsMade() {
        ledger.take(Map.of(), List.of(pod("reviews-1").build()));

        ledger.scaled(Map.of(), of(REVIEWS, HPA));

        assertThat(ledger.due(at(1))).isEmpty();
    }

    /** Autoscalers name the object, profiles the group. */
    @Test
    void whereLabelsGroupItIsThoseOfAllOwners() {
        WorkloadKey group = WorkloadKey.of("shop", "apps/v1", "Deployment", "storefront");
        WorkloadKey ratings = WorkloadKey.of("shop", "apps/v1", "Deployment", "ratings");
        List<LivePod> pods = List.of(
                pod("reviews-1").of(group).owned(REVIEWS).build(),
                pod("ratings-1").of(group).owned(ratings).build());
        ledger.take(Map.of(), pods);

        ledger.scaled(
                pods.stream().collect(Collectors.groupingBy(LivePod::workload)),
                workload -> workload.equals(REVIEWS)
                        ? List.of(HPA)
                        : workload.equals(ratings) ? List.of(VPA.besideNativeSidecar()) : List.of());

        assertThat(ledger.keep(OfWorkload.whole(group), at(1)).autoscalers())
                .containsExactly(VPA.besideNativeSidecar(), HPA);
    }

    /** As admission has it: docs/decisions/0007. */
    @Test
    void aVerticalOneSetsNothingOfNativeSidecars() {
        LivePod nativePod = pod("reviews-1").build();
        LivePod classic = pod("reviews-2").classic().build();
        ledger.take(Map.of(), List.of(nativePod, classic));

        ledger.scaled(byWorkload(nativePod), of(REVIEWS, VPA));
        assertThat(ledger.keep(WHOLE, at(1)).autoscalers()).containsExactly(VPA.besideNativeSidecar());

        ledger.scaled(byWorkload(nativePod, classic), of(REVIEWS, VPA));
        assertThat(ledger.keep(WHOLE, at(1)).autoscalers()).containsExactly(VPA);
    }

    private static Learnt keep(Ledger ledger, Instant now) {
        Learnt learnt = ledger.keep(WHOLE, now);
        ledger.kept(WHOLE);
        return learnt;
    }

    private static Autoscalers of(WorkloadKey workload, Autoscaler autoscaler) {
        return asked -> asked.equals(workload) ? List.of(autoscaler) : List.of();
    }

    private static Map<WorkloadKey, List<LivePod>> byWorkload(LivePod... pods) {
        return Map.of(REVIEWS, List.of(pods));
    }

    private static Ledger newLedger() {
        return new Ledger(pod -> Target.DEFAULT, pod -> Bytes.mebi(1024), any -> Mode.AUDIT, PACE);
    }

    private static SomePod pod(String name) {
        return SomePod.named("shop", name).of(REVIEWS);
    }

    private static Seen window(int hour) {
        return new Seen(
                new PodWindow(new PodName("shop", "reviews-1"), at(hour), HOUR, Bytes.mebi(60), Bytes.mebi(50), 60),
                Optional.of(REVIEWS));
    }

    private static Instant at(int hour) {
        return START.plus(HOUR.multipliedBy(hour));
    }
}
