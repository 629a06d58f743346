package dev.sidecarsizer.collect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sidecarsizer.collect.LivePod.OomKill;
import dev.sidecarsizer.collect.UsageSource.Kill;
import dev.sidecarsizer.collect.UsageSource.Now;
import dev.sidecarsizer.collect.UsageSource.Seen;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Learnt;
import dev.sidecarsizer.profile.Learnt.Owner;
import dev.sidecarsizer.profile.ProxyFacts;
import dev.sidecarsizer.profile.ProxyRuntime;
import dev.sidecarsizer.profile.Subject;
import dev.sidecarsizer.profile.Subject.OfMesh;
import dev.sidecarsizer.profile.Subject.OfNamespace;
import dev.sidecarsizer.profile.Subject.OfWorkload;
import dev.sidecarsizer.profile.history.Calibration;
import dev.sidecarsizer.profile.history.History;
import dev.sidecarsizer.profile.history.HistoryFault;
import dev.sidecarsizer.profile.history.MeshHistory;
import dev.sidecarsizer.profile.history.PodWindow;
import dev.sidecarsizer.profile.history.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What accounts there are, and what is in them. */
class LedgerAccountsTest {

    private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Set<String> NONE = Set.of();
    private static final Pace PACE =
            new Pace(Duration.ofMinutes(1), Duration.ofMinutes(15), 20, Duration.ofDays(14), Duration.ofDays(30));
    private static final WorkloadKey REVIEWS = WorkloadKey.of("shop", "apps/v1", "Deployment", "reviews");
    private static final int STEP = 6;
    private static final int HOURS = 17 * 24;
    private static final OfWorkload WHOLE = OfWorkload.whole(REVIEWS);

    private final Ledger ledger = new Ledger(pod -> Target.DEFAULT, pod -> Bytes.mebi(1024), any -> Mode.AUDIT, PACE);

    @Test
    void aWindowOfAPodThatIsGoneCountsForTheWorkloadThatItsSourceNames() throws HistoryFault {
        ledger.take(hour(1), List.of(seen("reviews-1", REVIEWS, 1)), pod -> Optional.empty());

        assertThat(ledger.due(hour(1))).containsExactly(WHOLE);
        assertThat(through(WHOLE)).isEqualTo(hour(1));
    }

    @Test
    void aPodThatNobodyOwnsAndNoLabelGroupsHasNoAccount() {
        LivePod bare = pod("once-x7k2p", WorkloadKey.of("shop", "v1", "Pod", "once-x7k2p"), null);
        LivePod grouped = pod("etl-x7k2p", WorkloadKey.of("shop", "v1", "Pod", "etl"), null);
        OomKill kill = new OomKill(START, Bytes.mebi(128));

        for (LivePod pod : List.of(bare, grouped)) {
            ledger.take(hour(1), List.of(seen(pod.name().name(), pod.workload(), 1)), name -> Optional.of(pod));
        }
        ledger.take(hour(2), List.of(seen(bare.name().name(), bare.workload(), 2)), name -> Optional.empty());
        ledger.take(Map.of(), List.of(bare, grouped));

        assertThat(ledger.take(bare, kill, hour(2))).isFalse();
        assertThat(ledger.take(grouped, kill, hour(2))).isTrue();
        assertThat(ledger.size()).isEqualTo(1);
        assertThat(ledger.due(hour(2))).containsExactly(OfWorkload.whole(grouped.workload()));
    }

    @Test
    void whatBecomesStaleIsDueOnceToSaySo() {
        ledger.take(hour(1), List.of(seen("reviews-1", REVIEWS, 1)), pod -> Optional.empty());
        keepAll(ledger, hour(1), learnt -> {});

        assertThat(ledger.due(hour(1).plus(PACE.staleAfter()))).isEmpty();
        Instant later = hour(2).plus(PACE.staleAfter());
        assertThat(ledger.due(later)).containsExactly(WHOLE);
        keepAll(ledger, later, learnt -> {});
        assertThat(ledger.due(later.plus(HOUR))).isEmpty();

        ledger.take(later, List.of(seen("reviews-1", REVIEWS, 400)), pod -> Optional.empty());
        assertThat(ledger.due(later.plus(HOUR))).containsExactly(WHOLE);
    }

    @Test
    void whatHasPodsIsNotForgottenHoweverLongTheSourceSaysNothing() {
        ledger.take(hour(1), List.of(seen("reviews-1", REVIEWS, 1)), pod -> Optional.empty());
        Instant later = hour(2).plus(PACE.forgetAfter());

        assertThat(ledger.forgotten(later, () -> List.of(pod("reviews-1", REVIEWS, "5d8f")), NONE::contains))
                .isEmpty();
        assertThat(ledger.forgotten(later.plus(HOUR), List::of, NONE::contains)).containsExactly(WHOLE);
    }

    @Test
    void aRevisionHasAnAccountFromTheSecondMakeOnAndBeginsAnewWithAnotherImage() throws HistoryFault {
        LivePod first = pod("reviews-1", REVIEWS, "5d8f");
        LivePod second = pod("reviews-2", REVIEWS, "77c9");
        OfWorkload revision = new OfWorkload(REVIEWS, "77c9", null);

        ledger.take(hour(1), List.of(seen("reviews-1", REVIEWS, 1)), name -> Optional.of(first));
        assertThat(ledger.due(hour(1))).containsExactly(WHOLE);
        ledger.take(hour(2), List.of(seen("reviews-2", REVIEWS, 2)), name -> Optional.of(second));
        assertThat(ledger.due(hour(2))).containsExactlyInAnyOrder(WHOLE, revision);

        LivePod otherImage = pod("reviews-3", REVIEWS, "77c9", "proxyv2:1.31.1");
        assertThat(ledger.take(otherImage, new OomKill(hour(2), null), hour(2))).isTrue();
        assertThat(through(revision)).isEqualTo(Instant.EPOCH);
        assertThat(through(WHOLE)).isEqualTo(hour(2));
    }

    @Test
    void twoImagesUnderOnePodTemplateDoNotBeginEachOthersHistoryAgain() throws HistoryFault {
        LivePod before = pod("reviews-1", REVIEWS, "5d8f");
        LivePod old = pod("reviews-2", REVIEWS, "77c9");
        LivePod upgraded = pod("reviews-3", REVIEWS, "77c9", "proxyv2:1.31.1");
        OfWorkload revision = new OfWorkload(REVIEWS, "77c9", null);
        ledger.take(Map.of(), List.of(before, old, upgraded));

        ledger.take(hour(1), List.of(seen("reviews-3", REVIEWS, 1)), name -> Optional.of(upgraded));
        ledger.take(Map.of(), List.of(before, old, upgraded));
        ledger.take(hour(2), List.of(seen("reviews-2", REVIEWS, 2)), name -> Optional.of(old));

        assertThat(through(revision)).as("of the newer image only").isEqualTo(hour(1));
        assertThat(through(WHOLE)).isEqualTo(hour(2));
    }

    @Test
    void aWindowThatComesWhileAnAccountIsWrittenIsReadAgainByTheNextLeader() throws HistoryFault {
        ledger.take(hour(1), List.of(seen("reviews-1", REVIEWS, 1)), name -> Optional.empty());
        ledger.keep(WHOLE, hour(1));
        ledger.take(hour(2), List.of(seen("reviews-1", REVIEWS, 2)), name -> Optional.empty());
        ledger.kept(WHOLE);

        Learnt mesh = ledger.keepMesh(hour(2)).orElseThrow();

        assertThat(MeshHistory.decode(mesh.history()).through()).isEqualTo(hour(1));
    }

    @Test
    void aKillIsCountedOnceAlsoByTheNextLeader() throws HistoryFault {
        LivePod pod = pod("reviews-1", REVIEWS, null);
        OomKill kill = new OomKill(hour(1), Bytes.mebi(128));
        ledger.take(hour(1), List.of(seen("reviews-1", REVIEWS, 1)), name -> Optional.empty());
        assertThat(ledger.take(pod, kill, hour(2))).isTrue();
        assertThat(ledger.take(pod, kill, hour(2))).isFalse();
        ledger.take(List.of(new Kill(pod.name(), kill.at(), Optional.empty())), hour(1));

        Ledger next = new Ledger(any -> Target.DEFAULT, any -> Bytes.mebi(1024), any -> Mode.AUDIT, PACE);
        next.restore(WHOLE, ledger.keep(WHOLE, hour(1)).history());

        assertThat(next.take(pod, kill, hour(2))).isFalse();
        assertThat(next.take(pod, new OomKill(hour(2), Bytes.mebi(128)), hour(2)))
                .isTrue();
    }

    /** Without the time of its end a kill is dated when a restart was first counted, up to minutes later. */
    @Test
    void aKillThatIsDatedInDoubtIsTheOneThatWasToldBefore() throws HistoryFault {
        LivePod pod = pod("reviews-1", REVIEWS, null);
        Instant at = hour(1).minusSeconds(600);
        ledger.take(hour(1), List.of(seen("reviews-1", REVIEWS, 1)), name -> Optional.empty());
        assertThat(ledger.take(pod, new OomKill(at, Bytes.mebi(128)), hour(1))).isTrue();

        assertThat(ledger.take(List.of(inDoubt(pod, at.plusSeconds(75))), hour(1)))
                .isZero();

        assertThat(kills(ledger)).isEqualTo(1);
    }

    @Test
    void aKillInDoubtThatIsReadAgainAtOtherStepsIsTheSame() throws HistoryFault {
        LivePod pod = pod("reviews-1", REVIEWS, null);
        Instant at = hour(1).minusSeconds(600);
        List<Seen> window = List.of(seen("reviews-1", REVIEWS, 1));
        ledger.take(hour(1), window, name -> Optional.empty());
        ledger.take(List.of(inDoubt(pod, at)), hour(1));

        Ledger next = new Ledger(any -> Target.DEFAULT, any -> Bytes.mebi(1024), any -> Mode.AUDIT, PACE);
        next.restore(WHOLE, ledger.keep(WHOLE, hour(1)).history());
        next.take(hour(1), window, name -> Optional.empty());
        next.take(List.of(inDoubt(pod, at.minusSeconds(30))), hour(1));
        assertThat(kills(next)).isEqualTo(1);

        next.take(hour(1), window, name -> Optional.empty());
        next.take(List.of(inDoubt(pod, at.minusSeconds(240))), hour(1));
        assertThat(kills(next)).as("another one, minutes before").isEqualTo(2);
    }

    @Test
    void killsThatTheKubeletDatesAreToldApartByTheSecond() throws HistoryFault {
        LivePod pod = pod("reviews-1", REVIEWS, null);
        ledger.take(hour(1), List.of(seen("reviews-1", REVIEWS, 1)), name -> Optional.empty());

        List<Kill> both = List.of(
                new Kill(pod.name(), hour(1).minusSeconds(20), Optional.empty()),
                new Kill(pod.name(), hour(1), Optional.empty()));
        assertThat(ledger.take(both, hour(1))).isEqualTo(2);

        assertThat(kills(ledger)).isEqualTo(2);
    }

    @Test
    void theFirstPodTellsWhoseAProfileIsThatWasLearntOfPodsThatAreGone() {
        LivePod pod = pod("reviews-2", REVIEWS, null);
        ledger.take(Map.of(), List.of(pod));
        assertThat(ledger.due(hour(1))).as("nothing to tell of it yet").isEmpty();

        ledger.forget(WHOLE);
        ledger.take(hour(1), List.of(seen("reviews-1", REVIEWS, 1)), name -> Optional.empty());
        keepAll(ledger, hour(1), learnt -> {});
        ledger.take(Map.of(), List.of(pod));

        assertThat(ledger.due(hour(2))).containsExactly(WHOLE);
    }

    /** Where each branch has a namespace for a day, they would be most of what the leader holds. */
    @Test
    void whatWasInANamespaceThatIsGoneIsForgottenWhenItsLastWindowsAreRead() {
        ledger.take(hour(1), List.of(seen("reviews-1", REVIEWS, 1)), name -> Optional.empty());

        assertThat(ledger.forgotten(hour(48), List::of, "shop"::equals)).isEmpty();
        assertThat(ledger.forgotten(hour(50), List::of, NONE::contains)).isEmpty();
        assertThat(ledger.forgotten(hour(51), List::of, "shop"::equals)).containsExactly(WHOLE);
    }

    /** A workload that is rolled out every day would otherwise fill etcd, and the leader's memory. */
    @Test
    void ofAWorkloadsRevisionsThoseAreForgottenThatNobodyWillComeBackTo() {
        for (int hour = 1; hour <= 10; hour++) {
            LivePod pod = pod("reviews-" + hour, REVIEWS, "r" + hour);
            ledger.take(hour(hour), List.of(seen(pod.name().name(), REVIEWS, hour)), name -> Optional.of(pod));
            keepAll(ledger, hour(hour), learnt -> {});
        }
        LivePod old = pod("reviews-2", REVIEWS, "r2");

        assertThat(ledger.forgotten(hour(11), () -> List.of(old), NONE::contains))
                .as("those before the last three, but for one that still has a pod")
                .containsExactlyInAnyOrder(
                        new OfWorkload(REVIEWS, "r3", null),
                        new OfWorkload(REVIEWS, "r4", null),
                        new OfWorkload(REVIEWS, "r5", null),
                        new OfWorkload(REVIEWS, "r6", null),
                        new OfWorkload(REVIEWS, "r7", null));
    }

    @Test
    void aPartGoesOnLearningWhenAllProxiesAreAlikeAgain() throws HistoryFault {
        LivePod small = made("reviews-1", REVIEWS, "5d8f", START);
        LivePod large = made("reviews-2", REVIEWS, "5d8f", START);
        ledger.take(Map.of(small.name(), threads(2), large.name(), threads(16)), List.of(small, large));
        ledger.take(hour(1), List.of(seen("reviews-1", REVIEWS, 1)), name -> Optional.of(small));

        ledger.take(Map.of(small.name(), threads(2)), List.of(small));
        ledger.take(hour(2), List.of(seen("reviews-1", REVIEWS, 2)), name -> Optional.of(small));

        assertThat(through(new OfWorkload(REVIEWS, null, 2)))
                .as("it is what is heard first")
                .isEqualTo(hour(2));
    }

    @Test
    void aKillThatIsNewToAPartAloneIsNoNewOne() throws HistoryFault {
        LivePod pod = pod("reviews-1", REVIEWS, "5d8f");
        OomKill kill = new OomKill(hour(1), Bytes.mebi(128));
        assertThat(ledger.take(pod, kill, hour(1))).isTrue();
        ledger.take(pod("reviews-2", REVIEWS, "77c9"), new OomKill(hour(1), null), hour(1));

        assertThat(ledger.take(pod, kill, hour(2)))
                .as("its revision is told apart since, and counted for the first time")
                .isFalse();

        OfWorkload revision = new OfWorkload(REVIEWS, "5d8f", null);
        assertThat(History.decode(ledger.keep(revision, hour(2)).history()).oomKills())
                .isEqualTo(1);
    }

    @Test
    void aKillMakesNoWorkloadOfWhatWasCountedByAnotherName() throws HistoryFault {
        WorkloadKey guessed = WorkloadKey.of("shop", "apps/v1", "Deployment", "guessed");
        ledger.restore(new OfMesh(), new MeshHistory(new Calibration(), hour(100), hour(100)).encode());
        ledger.readAfter(START);
        ledger.take(hour(53), List.of(seen("guessed-1", guessed, 53)), name -> Optional.empty());

        int counted =
                ledger.take(List.of(new Kill(new PodName("shop", "guessed-1"), hour(53), Optional.empty())), hour(53));

        assertThat(counted).isZero();
        assertThat(ledger.size()).isZero();
    }

    /** When all of a mesh's proxies are killed again and again, none needs a write each time. */
    @Test
    void onlyAKillThatChangesWhatTheNextPodGetsCannotWait() {
        LivePod pod = pod("reviews-1", REVIEWS, null);
        ledger.take(pod, new OomKill(hour(1), Bytes.mebi(128)), hour(1));
        assertThat(ledger.due(hour(1))).containsExactly(WHOLE);
        keepAll(ledger, hour(1), learnt -> {});

        assertThat(ledger.take(pod, new OomKill(hour(1).plusSeconds(20), Bytes.mebi(128)), hour(1)))
                .isTrue();
        assertThat(ledger.due(hour(1).plusSeconds(30))).isEmpty();

        ledger.take(pod, new OomKill(hour(1).plusSeconds(40), Bytes.mebi(192)), hour(1));
        assertThat(ledger.due(hour(1).plusSeconds(50))).containsExactly(WHOLE);
        keepAll(ledger, hour(1).plusSeconds(50), learnt -> {});
        ledger.take(pod, new OomKill(hour(1).plusSeconds(60), Bytes.mebi(192)), hour(1));
        assertThat(ledger.due(hour(2))).as("counted all the same").containsExactly(WHOLE);
    }

    @Test
    void whatCouldNotBeKeptIsDueAgainSoon() {
        ledger.take(hour(1), List.of(seen("reviews-1", REVIEWS, 1)), name -> Optional.empty());
        ledger.keep(WHOLE, hour(1));
        assertThat(ledger.due(hour(1))).isEmpty();

        ledger.notKept(WHOLE, hour(1));

        assertThat(ledger.due(hour(1).plusSeconds(10))).containsExactly(WHOLE);
        assertThat(ledger.keepMesh(hour(1))).isEmpty();
    }

    @Test
    void whatCannotBeKeptLetsOthersPass() {
        int most = PACE.writesPerSecond();
        WorkloadKey other = WorkloadKey.of("zoo", "apps/v1", "Deployment", "zebra");
        for (int i = 0; i < 2 * most; i++) {
            WorkloadKey stuck = WorkloadKey.of("ending", "apps/v1", "Deployment", "stuck-" + i);
            ledger.take(hour(1), List.of(seen("stuck-" + i, stuck, 1)), name -> Optional.empty());
        }
        ledger.take(hour(1), List.of(seen("zebra-1", other, 1)), name -> Optional.empty());

        List<OfWorkload> due = ledger.due(hour(1));
        for (int turn = 0; turn < 4 && !due.contains(OfWorkload.whole(other)); turn++) {
            due.forEach(subject -> {
                ledger.keep(subject, hour(1));
                ledger.notKept(subject, hour(1));
            });
            due = ledger.due(hour(1));
        }

        assertThat(due).contains(OfWorkload.whole(other));
    }

    @Test
    void aSourceThatRemembersNothingIsReadFromWhereTheTermBegan() {
        assertThat(ledger.readAfter(hour(1))).isEqualTo(hour(1));
        assertThat(ledger.readAfter(hour(2))).isEqualTo(hour(1));
        ledger.take(hour(2), List.of(), name -> Optional.empty());
        assertThat(ledger.readAfter(hour(3))).isEqualTo(hour(2));
    }

    @Test
    void aLeaderThatDiesBetweenAnyTwoWritesLosesAndDoublesNothing() throws HistoryFault {
        int[] writes = {0};
        Map<Subject, String> undisturbed = run(Integer.MAX_VALUE, writes);
        MeshHistory mesh = MeshHistory.decode(undisturbed.remove(new OfMesh()));
        Instant end = hour(HOURS);
        assertThat(mesh.settled()).isEqualTo(end);
        assertThat(mesh.calibration().weeks(end)).as("a week of each workload").isGreaterThan(2.5);

        assertThat(writes[0]).isGreaterThan(150);
        for (int n = 0; n < writes[0]; n++) {
            Map<Subject, String> disturbed = run(n, new int[1]);
            MeshHistory next = MeshHistory.decode(disturbed.remove(new OfMesh()));
            assertThat(said(disturbed)).as("died before write %d", n).isEqualTo(said(undisturbed));
            assertThat(next.through()).isEqualTo(mesh.through());
            assertThat(next.settled()).isEqualTo(mesh.settled());
            assertThat(next.calibration().weeks(end))
                    .as("died before write %d", n)
                    .isEqualTo(mesh.calibration().weeks(end), within(1e-6));
        }
    }

    /** What histories say, whose last digits depend on how often they were written. */
    private static Map<Subject, List<Object>> said(Map<Subject, String> histories) throws HistoryFault {
        Map<Subject, List<Object>> said = new HashMap<>();
        for (Map.Entry<Subject, String> one : histories.entrySet()) {
            History history = History.decode(one.getValue());
            said.put(
                    one.getKey(),
                    List.of(
                            history.through(),
                            history.seenFor(),
                            history.measured(null),
                            history.outlook(),
                            history.pastWeek()));
        }
        return said;
    }

    private static final class Died extends RuntimeException {}

    /** Seventeen days of three workloads, with a leader that dies instead of write {@code dies}. */
    private static Map<Subject, String> run(int dies, int[] writes) throws HistoryFault {
        Map<Subject, String> kept = new HashMap<>();
        Consumer<Learnt> histories = learnt -> {
            if (writes[0]++ == dies) {
                throw new Died();
            }
            kept.put(learnt.subject(), learnt.history());
        };
        while (true) {
            Ledger leader = new Ledger(pod -> Target.DEFAULT, pod -> Bytes.mebi(1024), any -> Mode.AUDIT, PACE);
            for (Map.Entry<Subject, String> one : kept.entrySet()) {
                leader.restore(one.getKey(), one.getValue());
            }
            try {
                for (int hour = STEP; hour <= HOURS; hour += STEP) {
                    if (hour(hour).isAfter(leader.through())) {
                        leader.take(hour(hour), windows(hour), pod -> Optional.empty());
                    }
                    // the mesh may be written at any time: also before what was just read is kept
                    keepMesh(leader, hour(hour).plus(HOUR.dividedBy(4)), histories);
                    keepAll(leader, hour(hour).plus(HOUR.dividedBy(2)), histories);
                }
                return kept;
            } catch (Died next) {
                // its leader died
            }
        }
    }

    @Test
    void aNamespaceThatOptsInLateGetsItsPastAlsoFromTheNextLeader() throws HistoryFault {
        WorkloadKey late = WorkloadKey.of("late", "apps/v1", "Deployment", "cart");
        OfWorkload whole = OfWorkload.whole(late);
        ledger.take(hour(100), List.of(seen("reviews-1", REVIEWS, 100)), name -> Optional.empty());
        keepAll(ledger, hour(100), learnt -> {});

        for (int hour = 1; hour <= 100; hour++) {
            ledger.takePast(hour(hour - 1), hour(hour), List.of(seen("cart-1", late, hour)), name -> Optional.empty());
        }

        assertThat(ledger.due(hour(101)))
                .as("whoever leads next must know first that there is more to read")
                .isEmpty();
        Learnt mesh = ledger.keepMesh(hour(101)).orElseThrow();
        assertThat(MeshHistory.decode(mesh.history()).through()).isEqualTo(START);
        assertThat(ledger.due(hour(101))).isEmpty();
        ledger.meshKept();
        assertThat(ledger.due(hour(101))).containsExactly(whole);
        assertThat(through(whole)).isEqualTo(hour(100));
        ledger.kept(whole);
        assertThat(ledger.keepMesh(hour(102)).map(Learnt::history).map(LedgerAccountsTest::throughOfMesh))
                .contains(hour(100));
    }

    @Test
    void aJobThatRunsOnceIsNotKeptAndOneThatComesAgainIs() {
        WorkloadKey once = WorkloadKey.of("shop", "batch/v1", "Job", "migrate-17");
        WorkloadKey again = WorkloadKey.of("shop", "batch/v1", "Job", "nightly");
        LivePod running = job("nightly-x", again);
        ledger.take(hour(1), List.of(seen("migrate-17-x", once, 1)), name -> Optional.empty());
        ledger.take(hour(2), List.of(seen("nightly-x", again, 2)), name -> Optional.of(running));
        assertThat(ledger.due(hour(2))).isEmpty();

        ledger.take(hour(26), List.of(seen("nightly-y", again, 26)), name -> Optional.empty());

        assertThat(ledger.due(hour(26))).containsExactly(OfWorkload.whole(again));
        keepAll(ledger, hour(26), learnt -> {});
        assertThat(ledger.keepMesh(hour(27)))
                .as("what is not kept holds nothing up")
                .isEmpty();
        assertThat(ledger.through()).isEqualTo(hour(26));
        assertThat(ledger.size()).isEqualTo(2);
        ledger.due(hour(51));
        assertThat(ledger.size()).isEqualTo(1);
    }

    @Test
    void aJobThatWasKilledIsKept() {
        LivePod running = job("migrate-17-x", WorkloadKey.of("shop", "batch/v1", "Job", "migrate-17"));
        ledger.take(hour(1), List.of(seen("migrate-17-x", running.workload(), 1)), name -> Optional.of(running));
        assertThat(ledger.take(running, new OomKill(hour(1), Bytes.mebi(128)), hour(1)))
                .isTrue();
        assertThat(ledger.due(hour(1))).containsExactly(OfWorkload.whole(running.workload()));
    }

    @Test
    void oneThatCannotBeKeptHoldsNothingUpForEver() {
        WorkloadKey other = WorkloadKey.of("zoo", "apps/v1", "Deployment", "zebra");
        OfWorkload stuck = OfWorkload.whole(other);
        for (int hour = 1; hour <= 30; hour++) {
            ledger.take(
                    hour(hour),
                    List.of(seen("reviews-1", REVIEWS, hour), seen("zebra-1", other, hour)),
                    name -> Optional.empty());
            for (OfWorkload subject : ledger.due(hour(hour))) {
                ledger.keep(subject, hour(hour));
                if (subject.equals(stuck)) {
                    ledger.notKept(subject, hour(hour));
                } else {
                    ledger.kept(subject);
                }
            }
        }
        assertThat(ledger.keepMesh(hour(31)).map(Learnt::history).map(LedgerAccountsTest::throughOfMesh))
                .contains(hour(30));
    }

    @Test
    void whoLeadsNextReadsTwoDaysOnceMore() throws HistoryFault {
        WorkloadKey guessed = WorkloadKey.of("shop", "apps/v1", "Deployment", "guessed");
        WorkloadKey job = WorkloadKey.of("shop", "batch/v1", "Job", "nightly");
        ledger.restore(new OfMesh(), new MeshHistory(new Calibration(), hour(100), hour(100)).encode());
        assertThat(ledger.readAfter(START)).isEqualTo(hour(52));
        assertThat(ledger.killsThrough()).as("kills told late").isEqualTo(hour(52));
        ledger.take(
                hour(53),
                List.of(seen("guessed-1", guessed, 53), seen("nightly-1", job, 53)),
                name -> Optional.empty());
        assertThat(ledger.through()).isEqualTo(hour(100));
        assertThat(ledger.readAfter(START)).isEqualTo(hour(53));
        assertThat(ledger.size())
                .as("a pod that is gone may have been counted by another name, but for one run")
                .isEqualTo(1);
        ledger.take(hour(101), List.of(seen("guessed-1", guessed, 101)), name -> Optional.empty());
        assertThat(ledger.size()).isEqualTo(2);
    }

    @Test
    void onlyNamespacesThatWereReadAsFarAsTheMeshAreKnown() throws HistoryFault {
        Ledger before = new Ledger(pod -> Target.DEFAULT, pod -> Bytes.mebi(1024), any -> Mode.AUDIT, PACE);
        before.take(hour(50), List.of(seen("reviews-1", REVIEWS, 50)), name -> Optional.empty());
        ledger.restore(WHOLE, before.keep(WHOLE, hour(50)).history());
        ledger.restore(new OfMesh(), new MeshHistory(new Calibration(), hour(100), hour(50)).encode());
        assertThat(ledger.namespaces()).containsExactly("shop");
        ledger.restore(new OfMesh(), new MeshHistory(new Calibration(), hour(100), hour(100)).encode());
        assertThat(ledger.namespaces()).isEmpty();
    }

    @Test
    void workloadsThatWereSilentForLongAreForgottenByWhoeverLeads() throws HistoryFault {
        Ledger before = new Ledger(pod -> Target.DEFAULT, pod -> Bytes.mebi(1024), any -> Mode.AUDIT, PACE);
        before.take(hour(1), List.of(seen("reviews-1", REVIEWS, 1)), name -> Optional.empty());
        ledger.restore(WHOLE, before.keep(WHOLE, hour(1)).history());
        Instant later = hour(2).plus(PACE.forgetAfter());
        ledger.due(later);
        assertThat(ledger.forgotten(later, List::of, NONE::contains)).containsExactly(WHOLE);
    }

    @Test
    void aWorkflowThatIsGoneLeavesNothingBehind() {
        WorkloadKey once = WorkloadKey.of("shop", "argoproj.io/v1alpha1", "Workflow", "etl-x7k2p");
        ledger.take(hour(1), List.of(seen("etl-x7k2p-1", once, 1)), name -> Optional.empty());
        assertThat(ledger.due(hour(1))).isEmpty();
    }

    @Test
    void aWindowFromBeforeAPodOfTheSameNameSaysNothingOfItsRevision() throws HistoryFault {
        WorkloadKey db = WorkloadKey.of("shop", "apps/v1", "StatefulSet", "db");
        OfWorkload revision = new OfWorkload(db, "r2", null);
        LivePod before = pod("db-0", db, "r1");
        LivePod after = made("db-0", db, "r2", hour(1).plusSeconds(600));
        ledger.take(hour(1), List.of(seen("db-0", db, 1)), name -> Optional.of(before));
        ledger.take(hour(2), List.of(seen("db-0", db, 2)), name -> Optional.of(after));
        assertThat(through(OfWorkload.whole(db))).isEqualTo(hour(2));
        assertThat(through(revision)).isEqualTo(Instant.EPOCH);

        ledger.take(hour(3), List.of(seen("db-0", db, 3)), name -> Optional.of(after));

        assertThat(through(revision)).isEqualTo(hour(3));
    }

    @Test
    void proxiesThatCountTheirNodesCoresAreToldApartByWhatTheySay() throws HistoryFault {
        LivePod small = made("reviews-1", REVIEWS, "5d8f", START);
        LivePod large = made("reviews-2", REVIEWS, "5d8f", START);
        ledger.take(Map.of(small.name(), threads(2), large.name(), threads(16)), List.of(small, large));

        ledger.take(hour(1), List.of(seen("reviews-2", REVIEWS, 1)), name -> Optional.of(large));

        assertThat(through(new OfWorkload(REVIEWS, null, 16))).isEqualTo(hour(1));
        assertThat(through(new OfWorkload(REVIEWS, null, 2))).isEqualTo(Instant.EPOCH);
    }

    @Test
    void whatOnlyWasKilledIsForgottenToo() {
        LivePod killed = pod("reviews-1", REVIEWS, null);
        ledger.take(killed, new OomKill(hour(1), Bytes.mebi(128)), hour(1));
        keepAll(ledger, hour(1), learnt -> {});
        assertThat(ledger.forgotten(hour(2), List::of, NONE::contains)).isEmpty();
        assertThat(ledger.forgotten(hour(2).plus(PACE.forgetAfter()), List::of, NONE::contains))
                .containsExactly(WHOLE);
    }

    @Test
    void aimsAtWhatItsLastPodsPolicySaidAlsoWithTheNextLeader() throws HistoryFault {
        Target aim = new Target.Risk(0.05);
        Ledger before = new Ledger(pod -> aim, pod -> Bytes.mebi(1024), any -> Mode.AUDIT, PACE);
        before.take(
                hour(1), List.of(seen("reviews-1", REVIEWS, 1)), name -> Optional.of(pod("reviews-1", REVIEWS, null)));

        ledger.restore(WHOLE, before.keep(WHOLE, hour(1)).history());

        assertThat(History.decode(ledger.keep(WHOLE, hour(2)).history()).target())
                .isEqualTo(aim);
    }

    @Test
    void whatWasCalledOnceIsKnownToTheNextLeader() throws HistoryFault {
        Ledger before = new Ledger(pod -> Target.DEFAULT, pod -> Bytes.mebi(1024), any -> Mode.AUDIT, PACE);
        before.take(hour(1), List.of(seen("reviews-1", REVIEWS, 1)), name -> Optional.empty());
        List<String> called = List.of("ledger.bank.svc.cluster.local");

        ledger.restore(WHOLE, before.keep(WHOLE, hour(1)).history());
        ledger.restore(WHOLE, ProxyFacts.lasting(true, called), List.of(), null, 0);
        LivePod pod = pod("reviews-1", REVIEWS, null);
        ledger.take(
                Map.of(
                        pod.name(),
                        new Now(Bytes.mebi(60), ProxyFacts.lasting(false, List.of("api.example.com")), START, START)),
                List.of(pod));

        ProxyFacts facts = ledger.keep(WHOLE, hour(2)).facts();
        assertThat(facts.traffic().destinations()).containsExactly("api.example.com", "ledger.bank.svc.cluster.local");
        assertThat(facts.traffic().rawTcp()).as("once seen it is there").isTrue();
    }

    @Test
    void labelsThatAnotherWorkloadHasTooSelectNobody() {
        LivePod reviews = some("reviews-1", REVIEWS, null)
                .labels(Map.of("app", "reviews"))
                .build();
        LivePod canary = some("canary-1", WorkloadKey.of("shop", "apps/v1", "Deployment", "canary"), null)
                .labels(Map.of("app", "reviews", "version", "v2"))
                .build();
        Accounts accounts = new Accounts(any -> Target.DEFAULT);
        accounts.of(reviews, START);
        assertThat(accounts.selector(reviews)).isEqualTo(Map.of("app", "reviews"));

        accounts.of(canary, START);

        assertThat(accounts.selector(reviews)).isEmpty();
        assertThat(accounts.selector(canary)).isEqualTo(Map.of("app", "reviews", "version", "v2"));
    }

    @Test
    void aPriorThatTooFewStandBehindIsForgotten() throws HistoryFault {
        OfNamespace shop = new OfNamespace("shop");
        ledger.restore(shop, MeshHistory.begin().encode());
        ledger.keepNamespaces(hour(1));
        assertThat(ledger.forgotten(hour(1), List::of, NONE::contains)).containsExactly(shop);
        ledger.forget(shop);
        assertThat(ledger.forgotten(hour(2), List::of, NONE::contains)).isEmpty();
    }

    private static Instant throughOfMesh(String history) {
        try {
            return MeshHistory.decode(history).through();
        } catch (HistoryFault fault) {
            throw new AssertionError(fault);
        }
    }

    private static Now threads(int number) {
        return new Now(Bytes.mebi(60), ProxyFacts.UNKNOWN.with(ProxyRuntime.told(null, number)), START, START);
    }

    private static List<Seen> windows(int hour) {
        return List.of(
                seen("reviews-1", REVIEWS, hour),
                seen("ratings-1", WorkloadKey.of("shop", "apps/v1", "Deployment", "ratings"), hour),
                seen("cart-0", WorkloadKey.of("shop", "apps/v1", "StatefulSet", "cart"), hour));
    }

    private Instant through(OfWorkload subject) throws HistoryFault {
        return History.decode(ledger.keep(subject, hour(3)).history()).through();
    }

    private static int kills(Ledger ledger) throws HistoryFault {
        return History.decode(ledger.keep(WHOLE, hour(3)).history()).oomKills();
    }

    private static Kill inDoubt(LivePod pod, Instant at) {
        return new Kill(pod.name(), at, Duration.ofMinutes(3), Optional.empty());
    }

    private static void keepAll(Ledger ledger, Instant now, Consumer<Learnt> histories) {
        for (OfWorkload subject : ledger.due(now)) {
            histories.accept(ledger.keep(subject, now));
            ledger.kept(subject);
        }
        keepMesh(ledger, now, histories);
    }

    private static void keepMesh(Ledger ledger, Instant now, Consumer<Learnt> histories) {
        ledger.keepMesh(now).ifPresent(mesh -> {
            histories.accept(mesh);
            ledger.meshKept();
        });
    }

    private static Instant hour(int n) {
        return START.plus(HOUR.multipliedBy(n));
    }

    private static Seen seen(String pod, WorkloadKey workload, int hour) {
        return new Seen(
                new PodWindow(new PodName("shop", pod), hour(hour), HOUR, Bytes.mebi(60 + hour), Bytes.mebi(50), 60),
                Optional.of(workload));
    }

    private static LivePod pod(String name, WorkloadKey workload, @Nullable String revision) {
        return pod(name, workload, revision, "proxyv2:1.31.0");
    }

    private static LivePod pod(String name, WorkloadKey workload, @Nullable String revision, String image) {
        return some(name, workload, revision).image(image).concurrency(2).build();
    }

    /** Whose proxy counts its node's cores. */
    private static LivePod made(String name, WorkloadKey workload, String revision, Instant created) {
        return some(name, workload, revision).created(created).build();
    }

    private static LivePod job(String name, WorkloadKey workload) {
        return some(name, workload, null)
                .created(START)
                .concurrency(2)
                .runsToCompletion(true)
                .build();
    }

    private static SomePod some(String name, WorkloadKey workload, @Nullable String revision) {
        return SomePod.named("shop", name)
                .of(workload)
                .revision(revision)
                .controller(new Owner("apps/v1", "ReplicaSet", workload.name() + "-" + revision, "uid-of-" + revision))
                .limit(Bytes.mebi(128));
    }
}
