package dev.sidecarsizer.collect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.advice.Kind;
import dev.sidecarsizer.advice.Known;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.profile.Finding;
import dev.sidecarsizer.profile.Makeup;
import dev.sidecarsizer.profile.ProxyFacts;
import dev.sidecarsizer.profile.ProxyLoad;
import dev.sidecarsizer.profile.ProxyMemory;
import dev.sidecarsizer.profile.ProxyOverload;
import dev.sidecarsizer.profile.SomeFacts;
import dev.sidecarsizer.profile.history.History;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FactsTest {

    private static final LivePod POD =
            SomePod.named("shop", "reviews-1").limit(Bytes.mebi(128)).build();

    private static final Duration DAY = Duration.ofDays(1);

    private final Account account = Account.begin(new History());

    @Test
    void rawTcpThatWasSeenOnceStays() {
        ProxyFacts seen = together(ProxyFacts.UNKNOWN, facts(true, 1, 1), true);

        assertThat(together(seen, facts(false, 1, 1), true).traffic().rawTcp()).isTrue();
        assertThat(together(ProxyFacts.UNKNOWN, facts(false, 1, 1), true)
                        .traffic()
                        .rawTcp())
                .isFalse();
        assertThat(together(facts(false, 1, 1), facts(null, 1, 1), true)
                        .traffic()
                        .rawTcp())
                .isFalse();
    }

    @Test
    void theLargestPodsNumbersStandForAll() {
        account.look(POD, Bytes.mebi(90), facts(null, 40, 20), Set.of(2));
        account.look(POD, Bytes.mebi(60), facts(null, 30, 20), Set.of(2));

        assertThat(account.present.facts().memory().allocated()).isEqualTo(Bytes.mebi(40));
        assertThat(account.present.live()).isEqualTo(Bytes.mebi(90));

        account.look(POD, Bytes.mebi(95), facts(null, 50, 20), Set.of(2));

        assertThat(account.present.facts().memory().allocated()).isEqualTo(Bytes.mebi(50));
    }

    @Test
    void aProxyThatShedsLoadAgainAndAgainIsAFindingUntilItIsOver() {
        account.look(POD, Bytes.mebi(120), SomeFacts.shedding(0.05), Set.of(2));
        assertThat(findings()).doesNotContain("SheddingLoad");

        account.look(POD, Bytes.mebi(90), SomeFacts.shedding(0.06), Set.of(2));
        account.look(POD, Bytes.mebi(120), SomeFacts.shedding(0), Set.of(2));
        account.look(POD, Bytes.mebi(90), ProxyFacts.UNKNOWN, Set.of(2));
        assertThat(findings()).as("of several the largest share").contains("SheddingLoad");

        account.lookAgain();
        account.look(POD, Bytes.mebi(90), SomeFacts.shedding(0), Set.of(2));
        assertThat(findings()).doesNotContain("SheddingLoad");
    }

    @Test
    void ofSeveralProxiesTheOneThatCameNearestToItsBudgetCounts() {
        account.look(POD, Bytes.mebi(90), strained(1.04, 30), Set.of(2));
        account.look(POD, Bytes.mebi(120), strained(0.31, 45), Set.of(2));
        account.look(POD, Bytes.mebi(90), ProxyFacts.UNKNOWN, Set.of(2));
        assertThat(account.present.facts().overload()).isEqualTo(new ProxyOverload(null, 1.04, 45.0));

        account.lookAgain();
        account.look(POD, Bytes.mebi(90), strained(0.31, 0), Set.of(2));
        assertThat(account.present.facts().overload()).isEqualTo(new ProxyOverload(null, 0.31, 0.0));
    }

    @Test
    void whatShedsLoadIsToBeKeptAtOnceWithALargerLimit() {
        Instant hour = Instant.parse("2026-11-20T10:00:00Z");
        account.add(hour, hour, List.of(), 60);
        account.keeping.begins(hour);
        account.look(POD, Bytes.mebi(110), SomeFacts.shedding(0.05), Set.of(2));
        assertThat(account.isDue(hour, DAY, false, false)).isFalse();

        account.look(POD, Bytes.mebi(110), SomeFacts.shedding(0.06), Set.of(2));
        assertThat(account.isDue(hour, DAY, false, false)).isTrue();

        account.keeping.begins(hour);
        account.look(POD, Bytes.mebi(110), SomeFacts.shedding(0.06), Set.of(2));
        assertThat(account.isDue(hour, DAY, false, false)).as("known already").isFalse();
    }

    @Test
    void ofPodsThatDifferTheLargestRequestAndTheLeastLimitCount() {
        account.look(asking(64, 512), Bytes.mebi(60), ProxyFacts.UNKNOWN, Set.of(2));
        account.look(asking(128, 256), Bytes.mebi(60), ProxyFacts.UNKNOWN, Set.of(2));
        account.look(asking(96, 1024), Bytes.mebi(60), ProxyFacts.UNKNOWN, Set.of(2));

        assertThat(account.known(POD.workload(), Map.of(), null, null, null))
                .extracting(Known::request, Known::limit)
                .containsExactly(Bytes.mebi(128), Bytes.mebi(256));

        account.lookAgain();
        account.look(asking(32, 2048), Bytes.mebi(60), ProxyFacts.UNKNOWN, Set.of(2));
        assertThat(account.known(POD.workload(), Map.of(), null, null, null))
                .as("of those that run")
                .extracting(Known::request, Known::limit)
                .containsExactly(Bytes.mebi(32), Bytes.mebi(2048));
    }

    @Test
    void whatPodsWereGivenCountsUntilTheNextOneRuns() {
        account.present.threads(2);
        account.present.threads(8);
        account.look(asking(64, 512), Bytes.mebi(60), ProxyFacts.UNKNOWN, Set.of(2));
        assertThat(findings()).containsExactly("ConcurrencyDiffers");

        account.lookAgain();
        account.lookAgain();
        assertThat(account.known(POD.workload(), Map.of(), null, null, null))
                .as("a job that runs once an hour")
                .extracting(Known::request, Known::limit, Known::concurrencies)
                .containsExactly(Bytes.mebi(64), Bytes.mebi(512), Set.of(2, 8));
        assertThat(account.present.live()).isNull();

        account.present.threads(4);
        assertThat(account.present.concurrencies()).containsExactly(4);
    }

    @Test
    void allNumbersAreThoseOfTheLargestPod() {
        account.look(POD, Bytes.mebi(90), busy(40, 5000L, 1000L, 9.0), Set.of(2));
        account.look(POD, Bytes.mebi(60), busy(30, 7L, 20L, 0.1), Set.of(2));

        assertThat(account.present.facts())
                .extracting(ProxyFacts::memory, ProxyFacts::load, ProxyFacts::makeup)
                .containsExactly(
                        ProxyMemory.UNKNOWN.withAllocated(Bytes.mebi(40)),
                        new ProxyLoad(5000L, 9.0),
                        Makeup.UNKNOWN.withClusters(1000L));
    }

    @Test
    void aDestinationWhoseNamespaceIsKnownByNowIsOne() {
        ProxyFacts seen = Facts.of(
                ProxyFacts.lasting(null, List.of("api.example.com", "reviews.shop.svc.cluster.local")),
                POD,
                ProxyFacts.lasting(null, List.of("egress/api.example.com")),
                true,
                Set.of(2));

        assertThat(seen.traffic().destinations())
                .containsExactly("egress/api.example.com", "reviews.shop.svc.cluster.local");
    }

    @Test
    void aBudgetThatDoesNotFitIsNotHiddenByOthersThatDo() {
        LivePod fits = SomePod.named("shop", "a")
                .limit(Bytes.mebi(192))
                .budgetFor(Bytes.mebi(192))
                .build();
        LivePod resized = SomePod.named("shop", "b")
                .limit(Bytes.mebi(128))
                .budgetFor(Bytes.mebi(192))
                .build();
        LivePod bare = SomePod.named("shop", "c").limit(Bytes.mebi(64)).build();
        for (LivePod pod : List.of(bare, fits, resized, fits)) {
            account.look(pod, Bytes.mebi(60), ProxyFacts.UNKNOWN, Set.of(2));
        }
        assertThat(findings()).containsExactly("HeapBudgetDiffers");

        account.lookAgain();
        account.look(fits, Bytes.mebi(60), ProxyFacts.UNKNOWN, Set.of(2));
        assertThat(findings()).isEmpty();
    }

    @Test
    void differentWorkerThreadsAreAFinding() {
        account.present.threads(2);
        assertThat(findings()).isEmpty();

        account.present.threads(8);
        assertThat(findings()).contains("ConcurrencyDiffers");
    }

    private List<String> findings() {
        return Kind.judge(account.known(POD.workload(), Map.of(), null, null, null)).found().stream()
                .map(Finding::kind)
                .toList();
    }

    private static LivePod asking(long request, long limit) {
        return SomePod.named("shop", "reviews-1")
                .request(Bytes.mebi(request))
                .limit(Bytes.mebi(limit))
                .build();
    }

    private static ProxyFacts together(ProxyFacts before, ProxyFacts now, boolean largest) {
        return Facts.of(before, POD, now, largest, Set.of(2));
    }

    private static ProxyFacts facts(@Nullable Boolean rawTcp, long envoy, long agent) {
        return ProxyFacts.lasting(rawTcp, List.of())
                .with(new ProxyMemory(Bytes.mebi(envoy), Bytes.mebi(envoy), Bytes.mebi(envoy), Bytes.mebi(agent)));
    }

    private static ProxyFacts busy(long envoy, long connections, long clusters, double rate) {
        return ProxyFacts.UNKNOWN
                .with(ProxyMemory.UNKNOWN.withAllocated(Bytes.mebi(envoy)))
                .with(new ProxyLoad(connections, rate))
                .with(Makeup.UNKNOWN.withClusters(clusters));
    }

    private static ProxyFacts strained(double pressure, double shrinksPerHour) {
        return ProxyFacts.UNKNOWN.with(new ProxyOverload(null, pressure, shrinksPerHour));
    }
}
