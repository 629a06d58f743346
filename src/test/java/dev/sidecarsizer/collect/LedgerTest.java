package dev.sidecarsizer.collect;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.collect.UsageSource.Now;
import dev.sidecarsizer.collect.UsageSource.Seen;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Guarded;
import dev.sidecarsizer.profile.Learnt;
import dev.sidecarsizer.profile.Learnt.Condition;
import dev.sidecarsizer.profile.MemoryProfile.Recommendation;
import dev.sidecarsizer.profile.ProxyFacts;
import dev.sidecarsizer.profile.ProxyLoad;
import dev.sidecarsizer.profile.Rollout;
import dev.sidecarsizer.profile.SomeFacts;
import dev.sidecarsizer.profile.Subject;
import dev.sidecarsizer.profile.Subject.OfNamespace;
import dev.sidecarsizer.profile.Subject.OfWorkload;
import dev.sidecarsizer.profile.Verdict;
import dev.sidecarsizer.profile.history.History;
import dev.sidecarsizer.profile.history.HistoryFault;
import dev.sidecarsizer.profile.history.PodWindow;
import dev.sidecarsizer.profile.history.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is kept, and when. */
class LedgerTest {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Set<String> NONE = Set.of();
    private static final Instant START = Instant.parse("2026-11-20T00:00:00Z");

    private final Ledger ledger = ledger();

    private static Ledger ledger() {
        return new Ledger(
                pod -> Target.DEFAULT,
                pod -> Bytes.mebi(1024),
                pod -> Mode.AUDIT,
                new Pace(Duration.ofSeconds(60), Duration.ofMinutes(15), 5, Duration.ofDays(14), Duration.ofDays(30)));
    }

    @Test
    void countsWorkloadsByWhatWasFoundWhenTheyWereKept() {
        LivePod pod = SomePod.named("shop", "reviews-1").build();
        ledger.take(pod, new LivePod.OomKill(START, Bytes.mebi(128)), START);
        assertThat(ledger.findings("OOMKilled")).isZero();

        ledger.keep(OfWorkload.whole(pod.workload()), START);

        assertThat(ledger.findings("OOMKilled")).isEqualTo(1);
        assertThat(ledger.findings("AtCeiling")).isZero();
    }

    @Test
    void saysInAConditionWhatIsFound() {
        LivePod pod = SomePod.named("shop", "reviews-1").build();
        OfWorkload reviews = OfWorkload.whole(pod.workload());
        ledger.take(
                Map.of(pod.name(), new Now(Bytes.mebi(60), ProxyFacts.UNKNOWN, Instant.EPOCH, Instant.EPOCH)),
                List.of(pod));
        assertThat(findings(reviews))
                .satisfies(condition -> assertThat(condition.holds()).isFalse())
                .extracting(Condition::reason)
                .isEqualTo("NoFindings");

        ledger.take(pod, new LivePod.OomKill(START, Bytes.mebi(2048)), START);

        assertThat(findings(reviews))
                .satisfies(condition -> assertThat(condition.holds()).isTrue())
                .satisfies(condition -> assertThat(condition.message())
                        .startsWith("2 found: OOMKilled, AtCeiling; ")
                        .endsWith(" could not be told for want of evidence"))
                .extracting(Condition::reason)
                .isEqualTo("OOMKilled");
    }

    private Condition findings(OfWorkload subject) {
        return ledger.keep(subject, START).conditions().stream()
                .filter(one -> one.type().equals("Findings"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatIsKeptBeforeTheFirstCountHasTheRolloutOfTheLeaderBefore() throws HistoryFault {
        OfWorkload reviews =
                OfWorkload.whole(SomePod.named("shop", "reviews-1").build().workload());
        Rollout rollout = new Rollout(10, START, HOUR, false);
        ledger.restore(reviews, new History().encode());
        ledger.restore(reviews, ProxyFacts.UNKNOWN, List.of(), rollout, 0);

        assertThat(ledger.keep(reviews, START).guarded()).isEqualTo(new Guarded(Verdict.FINE, null, rollout));
    }

    @Test
    void keepsNothingForTheFirstTimeWhileThePastIsRead() {
        ledger.readsPast(true);
        window(START, 3);
        assertThat(ledger.due(START)).isEmpty();

        ledger.readsPast(false);

        assertThat(ledger.due(START)).hasSize(3);
    }

    @Test
    void givesNoMoreAtOnceThanAreKeptInASecond() {
        window(START, 40);
        assertThat(ledger.due(START)).hasSize(5);
    }

    @Test
    void givesThoseFirstThatWereKeptTheLongestAgo() {
        window(START, 6);
        List<OfWorkload> first = ledger.due(START);
        keep(first, START);
        List<OfWorkload> next = ledger.due(START.plusSeconds(1));
        assertThat(next).hasSize(1).doesNotContainAnyElementsOf(first);
        keep(next, START.plusSeconds(1));

        window(START.plus(HOUR), 6);

        assertThat(ledger.due(START.plus(HOUR))).containsExactlyInAnyOrderElementsOf(first);
    }

    @Test
    void waitsLongerEachTimeThatOneCannotBeKept() {
        window(START, 1);
        OfWorkload failed = OfWorkload.whole(workload(0));
        ledger.keep(failed, START);
        ledger.notKept(failed, START);
        assertThat(ledger.due(START)).isEmpty();
        assertThat(ledger.due(START.plusSeconds(10))).containsExactly(failed);
        ledger.keep(failed, START);
        ledger.notKept(failed, START);
        assertThat(ledger.due(START.plusSeconds(10))).isEmpty();
        assertThat(ledger.due(START.plusSeconds(20))).containsExactly(failed);
    }

    @Test
    void looksAtPriorsNowAndThen() {
        Instant at = START;
        for (int hour = 0; hour < 72; hour++) {
            at = START.plus(HOUR.multipliedBy(hour));
            window(at, 30);
        }
        List<Learnt> priors = ledger.keepNamespaces(at);
        assertThat(priors).extracting(Learnt::subject).containsExactly(new OfNamespace("shop"));

        ledger.notKept(new OfNamespace("shop"));

        assertThat(ledger.keepNamespaces(at.plusSeconds(89))).isEmpty();
        assertThat(ledger.keepNamespaces(at.plusSeconds(90))).hasSize(1);
        assertThat(ledger.keepNamespaces(at.plusSeconds(180))).isEmpty();
    }

    @Test
    void saysWhenIdleConnectionsShouldBeClosed() {
        for (int hour = 0; hour < 72; hour++) {
            window(START.plus(HOUR.multipliedBy(hour)), 1);
        }
        LivePod pod = SomePod.named("shop", "app-0-0").of(workload(0)).build();
        ProxyFacts idle = ProxyFacts.UNKNOWN.with(new ProxyLoad(5_000L, 100.0));
        ledger.take(Map.of(pod.name(), new Now(Bytes.mebi(60), idle, Instant.EPOCH, Instant.EPOCH)), List.of(pod));

        assertThat(ledger.keep(OfWorkload.whole(workload(0)), START.plus(HOUR)).recommendation())
                .isNotNull()
                .extracting(Recommendation::idleTimeout)
                .isEqualTo(Duration.ofMinutes(5));
    }

    /** What it refused before it had its limit, or what a pod of its name did, says nothing of that. */
    @Test
    void whatAProxyShedWithAnotherLimitDoesNotCount() {
        PodName name = new PodName("shop", "app-0-0");
        window(START, 1);
        Instant until = START.plus(HOUR);
        ProxyFacts refuses = SomeFacts.shedding(1);
        Map<PodName, Now> now = Map.of(name, new Now(Bytes.mebi(200), refuses, START, until));
        SomePod pod = SomePod.named("shop", "app-0-0").of(workload(0)).limit(Bytes.mebi(288));

        ledger.take(now, List.of(pod.resized(until).build()));
        assertThat(peak()).isLessThan(Bytes.mebi(288));
        assertThat(facts().overload().shedding()).isNull();

        ledger.take(now, List.of(pod.resized(START).created(until).build()));
        assertThat(peak()).isLessThan(Bytes.mebi(288));

        ledger.take(now, List.of(pod.created(START).build()));
        assertThat(peak()).isEqualTo(Bytes.mebi(288));
        assertThat(facts().overload().shedding()).isEqualTo(1);
    }

    private Bytes peak() {
        return requireNonNull(ledger.keep(OfWorkload.whole(workload(0)), START.plus(HOUR))
                        .measured())
                .peak();
    }

    private ProxyFacts facts() {
        return ledger.keep(OfWorkload.whole(workload(0)), START.plus(HOUR)).facts();
    }

    @Test
    void forgetsNoMoreAtOnceThanAreKeptInASecond() {
        window(START, 12);
        Instant later = START.plus(Duration.ofDays(31));
        int forgotten = 0;
        for (int turn = 0; turn < 3; turn++) {
            List<Subject> some = ledger.forgotten(later.plusSeconds(turn), List::of, NONE::contains);
            assertThat(some).hasSizeLessThanOrEqualTo(5);
            some.forEach(ledger::forget);
            forgotten += some.size();
        }
        assertThat(forgotten).isEqualTo(12);
        assertThat(ledger.size()).isZero();
    }

    @Test
    void asksAgainForTheLastWindowsInWhichNobodyWasSeenButNotForEver() {
        Instant oldest = START.minus(Duration.ofDays(14));
        ledger.readAfter(oldest);
        window(START, 1);
        for (int hour = 1; hour <= 6; hour++) {
            ledger.takeNobody(START.plus(HOUR.multipliedBy(hour)));
        }
        assertThat(ledger.readAfter(oldest)).isEqualTo(START);
        assertThat(ledger.through()).isEqualTo(START.plus(HOUR.multipliedBy(6)));

        ledger.takeNobody(START.plus(Duration.ofDays(3)));
        assertThat(ledger.readAfter(oldest)).isEqualTo(START.plus(Duration.ofDays(1)));

        window(START.plus(HOUR.multipliedBy(80)), 1);
        assertThat(ledger.readAfter(oldest)).isEqualTo(START.plus(HOUR.multipliedBy(80)));
    }

    @Test
    void whatIsScrapedSlowlyIsJudgedAloneAsBesideANamespaceThatIsScrapedOften() {
        WorkloadKey often = WorkloadKey.of("shop", "apps/v1", "Deployment", "reviews");
        WorkloadKey slowly = WorkloadKey.of("books", "apps/v1", "Deployment", "reviews");
        ledger.take(START, List.of(window(slowly, 12)), pod -> Optional.empty());
        String alone = ledger.keep(OfWorkload.whole(slowly), START).history();

        Ledger both = ledger();
        both.take(START, List.of(window(often, 360), window(slowly, 12)), pod -> Optional.empty());

        assertThat(both.keep(OfWorkload.whole(slowly), START).history()).isEqualTo(alone);
    }

    private static Seen window(WorkloadKey of, int samples) {
        PodName pod = new PodName(of.namespace(), "reviews-1");
        return new Seen(new PodWindow(pod, START, HOUR, Bytes.mebi(60), Bytes.mebi(50), samples), Optional.of(of));
    }

    private void keep(List<OfWorkload> subjects, Instant now) {
        for (OfWorkload subject : subjects) {
            ledger.keep(subject, now);
            ledger.kept(subject);
        }
    }

    private void window(Instant end, int workloads) {
        ledger.take(
                end, IntStream.range(0, workloads).mapToObj(i -> seen(end, i)).toList(), name -> Optional.empty());
    }

    private static Seen seen(Instant end, int workload) {
        PodName pod = new PodName("shop", "app-" + workload + "-0");
        return new Seen(
                new PodWindow(pod, end, HOUR, Bytes.mebi(60 + workload), Bytes.mebi(50), 120),
                Optional.of(workload(workload)));
    }

    private static WorkloadKey workload(int number) {
        return new WorkloadKey("shop", "apps", "StatefulSet", "app-" + number);
    }
}
