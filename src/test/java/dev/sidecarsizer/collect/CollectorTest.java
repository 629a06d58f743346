package dev.sidecarsizer.collect;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sidecarsizer.Waits;
import dev.sidecarsizer.collect.LivePod.OomKill;
import dev.sidecarsizer.collect.UsageSource.Kill;
import dev.sidecarsizer.collect.UsageSource.Seen;
import dev.sidecarsizer.guard.OomLoop.Outcome;
import dev.sidecarsizer.guard.OomLoop.Prospect;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.Relief;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Autoscaler;
import dev.sidecarsizer.profile.Learnt;
import dev.sidecarsizer.profile.Learnt.Measured;
import dev.sidecarsizer.profile.Learnt.Owner;
import dev.sidecarsizer.profile.ProfileSink.Refused;
import dev.sidecarsizer.profile.SomeFacts;
import dev.sidecarsizer.profile.Subject.OfMesh;
import dev.sidecarsizer.profile.Subject.OfWorkload;
import dev.sidecarsizer.profile.history.PodWindow;
import dev.sidecarsizer.profile.history.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** A term from its beginning to its end, whatever its source and its API server do. */
class CollectorTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration HOUR = FakeSource.WINDOW;
    private static final Instant START = Instant.parse("2026-11-20T00:00:00Z");
    private static final WorkloadKey REVIEWS = WorkloadKey.of("shop", "apps/v1", "Deployment", "reviews");
    private static final OfWorkload WHOLE = OfWorkload.whole(REVIEWS);
    private static final String PROXY =
            "{metadata: {}, spec: {initContainers: [{name: istio-proxy, restartPolicy: Always, args: [proxy, sidecar]}]}}";
    private static final Pace PACE =
            new Pace(Duration.ofMillis(100), Duration.ofMillis(100), 1000, Duration.ofDays(14), Duration.ofDays(30));

    private final Set<String> optedIn = ConcurrentHashMap.newKeySet();
    private final FakePods pods = new FakePods();
    private final FakeSource source = new FakeSource();
    private final FakeHistories histories = new FakeHistories();
    private final FakeFuse fuse = new FakeFuse();
    private final List<Autoscaler> autoscalers = new CopyOnWriteArrayList<>();
    /** How far the clock, which goes on, is from ours. */
    private volatile Duration offset = Duration.between(Instant.now(), hour(3).plusSeconds(120));

    private final FakeRunningPods running = new FakeRunningPods();
    private final AtomicBoolean leads = new AtomicBoolean(true);
    private final AtomicReference<Pods.@Nullable Killed> killed = new AtomicReference<>();
    private final Collector collector = new Collector(
            new Sources() {
                @Override
                public Pods pods(Pods.Killed told) {
                    killed.set(told);
                    return pods;
                }

                @Override
                public Open usage(Pods of) {
                    return new Open(source, () -> source.closed = true);
                }
            },
            histories,
            fuse,
            (workload, controller) -> Optional.of(controller),
            new FakeTargets(optedIn),
            workload -> List.copyOf(autoscalers),
            new OomRelief(running, pod -> new Prospect(Mode.AUDIT, null, "NO_PROFILE", Relief.TELL), 6),
            PACE,
            () -> Instant.now().plus(offset));

    private final Thread term = Thread.ofPlatform().daemon().unstarted(() -> {
        try {
            collector.lead(leads::get);
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    });

    CollectorTest() {
        optedIn.add("shop");
    }

    @AfterEach
    void endTheTerm() throws InterruptedException {
        term.interrupt();
        assertThat(term.join(PATIENCE)).isTrue();
    }

    @Waits
    void theBreakerIsTriedUntilItsWordIsWritten() {
        for (int i = 0; i < 24; i++) {
            pods.lives(SomePod.named("shop", "pod-" + i)
                    .of("deployment-" + i)
                    .sizing(LivePod.Sizing.SIZED)
                    .kills(List.of(new OomKill(Instant.now().plus(offset), null)))
                    .build());
        }

        term.start();

        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(fuse.blown).startsWith("24 of 24 sized pods");
            assertThat(collector.trips()).isEqualTo(1);
        });
    }

    @Waits
    void readsWindowsAndKeepsWhatFollows() {
        windows(REVIEWS, 1, 2, 3);

        term.start();
        awaitKept(3);

        assertThat(collector.windows()).isEqualTo(3);
        assertThat(collector.through()).contains(hour(3));
        assertThat(collector.accounts()).isEqualTo(1);
        assertThat(measured().samples()).isEqualTo(180);
        assertThat(measured().peak()).isBetween(Bytes.mebi(60), Bytes.mebi(64));
        await().atMost(PATIENCE).until(() -> histories.kept.containsKey(new OfMesh()));
        assertThat(collector.sourceFailures()).isZero();
        assertThat(collector.notKept()).isZero();
    }

    @Waits
    void anAutoscalerIsAFactOfTheProfileForAsLongAsItIsThere() {
        windows(REVIEWS, 1);
        term.start();
        awaitKept(1);
        assertThat(requireNonNull(histories.kept.get(WHOLE)).autoscalers()).isEmpty();

        Autoscaler onMemory = new Autoscaler(Autoscaler.HORIZONTAL, "reviews", List.of("memory"), null, List.of());
        autoscalers.add(onMemory);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        requireNonNull(histories.kept.get(WHOLE)).autoscalers())
                .containsExactly(onMemory));

        autoscalers.clear();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        requireNonNull(histories.kept.get(WHOLE)).autoscalers())
                .isEmpty());
    }

    @Waits
    void nothingIsReadBeforeAllPodsWereSeen() {
        pods.synced = false;
        windows(REVIEWS, 1);

        term.start();
        await().during(Duration.ofMillis(500)).atMost(PATIENCE).until(() -> collector.windows() == 0);
        pods.synced = true;

        awaitKept(1);
    }

    @Waits
    void aWriteThatFailedIsTriedAgainAndOneThatIsRefusedIsNot() {
        windows(REVIEWS, 1, 2, 3);
        histories.failures.add(new IllegalStateException("the API server is away"));

        term.start();
        await().atMost(PATIENCE).until(() -> collector.notKept() == 1);
        awaitKept(3);

        histories.failures.add(new Refused("its namespace is gone", new IllegalStateException()));
        windows(REVIEWS, 4);
        offset = offset.plus(HOUR);
        await().atMost(PATIENCE).until(() -> collector.notKept() == 2);
        await().during(Duration.ofMillis(500)).atMost(PATIENCE).until(() -> collector.notKept() == 2);
        assertThat(measured().lastSample()).isEqualTo(hour(3));
    }

    @Waits
    void survivesASourceThatFailsAndAFaultOfOurs() {
        windows(REVIEWS, 1);
        source.failures.add(new SourceFailed("Prometheus is away", false));
        source.failures.add(new IllegalStateException("a fault of ours"));

        term.start();
        await().atMost(PATIENCE).until(() -> collector.sourceFailures() == 2);
        windows(REVIEWS, 2, 3);

        awaitKept(3);
        assertThat(collector.windows())
                .as("what was given before a failure is not asked again")
                .isEqualTo(3);
        assertThat(collector.sourceFailures()).isEqualTo(2);
    }

    @Waits
    void learnsFromASourceWithoutAPast() {
        source.since = null;
        windows(REVIEWS, 1, 2, 3, 4, 5, 6);

        term.start();
        // it asks many times in a window, each time at another present
        for (int quarter = 0; quarter < 12; quarter++) {
            long before = source.reads.get();
            offset = offset.plus(HOUR.dividedBy(4));
            await().atMost(PATIENCE).until(() -> source.reads.get() > before + 1);
        }

        awaitKept(6);
        assertThat(collector.windows()).as("from the beginning of the term on").isEqualTo(3);
        assertThat(measured().samples()).isEqualTo(180);
    }

    @Waits
    void aWindowIsOfTheWorkloadThatItsPodNamedWhileItLived() {
        WorkloadKey grouped = WorkloadKey.of("shop", "argoproj.io/v1alpha1", "Workflow", "etl");
        WorkloadKey once = WorkloadKey.of("shop", "argoproj.io/v1alpha1", "Workflow", "etl-x7k2p");
        pods.gone(pod("etl-x7k2p-1", grouped));
        source.windows.put(hour(1), List.of(seen("shop", "etl-x7k2p-1", once, 1)));

        term.start();

        await().atMost(PATIENCE).until(() -> histories.kept.containsKey(OfWorkload.whole(grouped)));
        assertThat(collector.accounts()).isEqualTo(1);
    }

    @Waits
    void leavesOutWhatIsNotOurs() {
        pods.notOurs(new PodName("shop", "gateway-1"));
        source.windows.put(
                hour(1),
                List.of(
                        seen("shop", "gateway-1", WorkloadKey.of("shop", "apps/v1", "Deployment", "gateway"), 1),
                        seen("private", "other-1", WorkloadKey.of("private", "apps/v1", "Deployment", "other"), 1),
                        seen("shop", "reviews-1", REVIEWS, 1)));

        term.start();

        awaitKept(1);
        assertThat(collector.accounts()).isEqualTo(1);
    }

    @Waits
    void aNamespaceThatOptsInLateHasAPastToo() {
        WorkloadKey cart = WorkloadKey.of("late", "apps/v1", "Deployment", "cart");
        for (int hour = 1; hour <= 4; hour++) {
            source.windows.put(
                    hour(hour), List.of(seen("shop", "reviews-1", REVIEWS, hour), seen("late", "cart-1", cart, hour)));
        }
        source.kills.add(
                new Kill(new PodName("late", "cart-1"), hour(2).minusSeconds(60), Optional.of(Bytes.mebi(128))));
        term.start();
        awaitKept(3);
        assertThat(collector.accounts()).isEqualTo(1);
        source.pastFailures.add(new SourceFailed("Prometheus is away", false));

        optedIn.add("late");
        offset = offset.plus(HOUR);

        awaitKept(4);
        await().atMost(PATIENCE)
                .until(() -> histories.kept.containsKey(OfWorkload.whole(cart))
                        && measured(OfWorkload.whole(cart)).oomKills() == 1);
        assertThat(measured(OfWorkload.whole(cart)).samples())
                .as("of four windows, each once")
                .isEqualTo(240);
        assertThat(source.pasts).as("the first time it failed").hasSize(2).containsOnly(Set.of("late"));
        assertThat(collector.windows()).isEqualTo(4);
        assertThat(collector.kills()).isEqualTo(1);
    }

    @Waits
    void aNamespaceThatOptsInWhileTheFirstReadingGoesOnHasItsWholePast() {
        WorkloadKey cart = WorkloadKey.of("late", "apps/v1", "Deployment", "cart");
        for (int hour = 1; hour <= 3; hour++) {
            source.windows.put(
                    hour(hour), List.of(seen("shop", "reviews-1", REVIEWS, hour), seen("late", "cart-1", cart, hour)));
        }
        source.atWindow = end -> {
            if (end.equals(hour(2))) {
                optedIn.add("late");
            }
        };

        term.start();

        await().atMost(PATIENCE)
                .until(() -> histories.kept.containsKey(OfWorkload.whole(cart))
                        && measured(OfWorkload.whole(cart)).samples() == 180);
    }

    @Waits
    void aKillThatALatePodsStatusShowsCounts() {
        WorkloadKey cart = WorkloadKey.of("shop", "apps/v1", "Deployment", "cart");
        LivePod pod = pod("cart-1", cart, List.of(new OomKill(hour(1), Bytes.mebi(128))));
        optedIn.clear();
        windows(REVIEWS, 1, 2, 3);
        optedIn.add("other");
        source.windows.put(hour(1), List.of(seen("other", "reviews-1", REVIEWS, 1)));
        term.start();
        await().atMost(PATIENCE).until(() -> collector.windows() == 3);

        pods.lives(pod);
        optedIn.add("shop");

        await().atMost(PATIENCE)
                .until(() -> histories.kept.containsKey(OfWorkload.whole(cart))
                        && measured(OfWorkload.whole(cart)).oomKills() == 1);
    }

    @Waits
    void whoLeadsNextReadsNoPastOfWhatIsKept() throws InterruptedException {
        windows(REVIEWS, 1, 2, 3);
        pods.lives(pod("reviews-1", REVIEWS));
        term.start();
        awaitKept(3);
        await().atMost(PATIENCE).until(() -> histories.kept.containsKey(new OfMesh()));
        leads.set(false);
        assertThat(term.join(PATIENCE)).isTrue();

        leads.set(true);
        Thread next = Thread.ofPlatform().daemon().start(() -> {
            try {
                collector.lead(leads::get);
            } catch (InterruptedException over) {
                Thread.currentThread().interrupt();
            }
        });
        long before = source.reads.get();
        await().atMost(PATIENCE).until(() -> source.reads.get() > before + 2);
        leads.set(false);
        assertThat(next.join(PATIENCE)).isTrue();
        assertThat(source.pasts).isEmpty();
    }

    @Waits
    void samplesThatComeLateAreLearntFrom() {
        IntStream.rangeClosed(1, 3).forEach(hour -> source.windows.put(hour(hour), List.of()));
        term.start();
        await().atMost(PATIENCE).until(() -> collector.windows() >= 3);

        windows(REVIEWS, 2, 3);
        // they are asked for again with the next window
        source.windows.put(hour(4), List.of());
        source.kills.add(new Kill(new PodName("shop", "reviews-1"), hour(2).plusSeconds(60), Optional.empty()));
        offset = offset.plus(HOUR);

        awaitKept(3);
        await().atMost(PATIENCE).until(() -> measured().oomKills() == 1);
    }

    @Waits
    void aLeaderWhoseClockWasAheadHidesNothingFromTheNext() throws InterruptedException {
        IntStream.rangeClosed(1, 9).forEach(hour -> source.windows.put(hour(hour), List.of()));
        windows(REVIEWS, 1, 2, 3);
        offset = offset.plus(HOUR.multipliedBy(6));
        term.start();
        awaitKept(3);
        await().atMost(PATIENCE).until(() -> histories.kept.containsKey(new OfMesh()));
        leads.set(false);
        assertThat(term.join(PATIENCE)).isTrue();

        offset = offset.minus(HOUR.multipliedBy(5));
        windows(REVIEWS, 4);
        leads.set(true);
        Thread next = Thread.ofPlatform().daemon().start(() -> {
            try {
                collector.lead(leads::get);
            } catch (InterruptedException over) {
                Thread.currentThread().interrupt();
            }
        });
        awaitKept(4);
        assertThat(collector.through()).contains(hour(4));
        leads.set(false);
        assertThat(next.join(PATIENCE)).isTrue();
        assertThat(source.pasts).isEmpty();
    }

    @Waits
    void takesKillsOfPodsThatAreGoneFromTheSourceAndOfThoseThatLiveFromTheirStatus() {
        windows(REVIEWS, 1, 2, 3);
        pods.lives(pod("reviews-1", REVIEWS));
        source.windows.put(
                hour(2), List.of(seen("shop", "reviews-1", REVIEWS, 2), seen("shop", "reviews-2", REVIEWS, 2)));
        pods.gone(pod("reviews-2", REVIEWS));
        Instant at = hour(2).minusSeconds(60);
        source.kills.add(new Kill(new PodName("shop", "reviews-1"), at, Optional.of(Bytes.mebi(128))));
        source.kills.add(new Kill(new PodName("shop", "reviews-2"), at, Optional.of(Bytes.mebi(128))));

        term.start();

        awaitKept(3);
        await().atMost(PATIENCE).until(() -> measured().oomKills() == 1);
        assertThat(collector.kills()).isEqualTo(1);
        requireNonNull(killed.get()).killed(pod("reviews-1", REVIEWS), new OomKill(at, Bytes.mebi(128)));
        await().atMost(PATIENCE).until(() -> measured().oomKills() == 2);
        assertThat(collector.kills()).isEqualTo(2);
        assertThat(histories.told)
                .singleElement()
                .asString()
                .startsWith("SidecarOOMKilled: the sidecar of pod reviews-1 was OOM-killed at limit 128Mi");
    }

    /** Read again and again: not so those that were resized within the window that their share is of. */
    @Waits
    void proxiesThatRefuseTrafficAreTold() {
        windows(REVIEWS, 1);
        for (String name : List.of("reviews-1", "reviews-2")) {
            SomePod pod = SomePod.named("shop", name).limit(Bytes.mebi(128)).budgetFor(Bytes.mebi(128));
            pods.lives(name.equals("reviews-2") ? pod.resized(hour(3)).build() : pod.build());
            source.present.put(new PodName("shop", name), SomeFacts.shedding(0.6));
            running.pods.put(new PodName("shop", name), dev.sidecarsizer.mesh.Pods.of(PROXY));
        }

        term.start();

        await().atMost(PATIENCE).until(() -> !running.told.isEmpty());
        await().atMost(PATIENCE)
                .until(() ->
                        histories.kept.containsKey(WHOLE) && measured().peak().equals(Bytes.mebi(128)));
        assertThat(running.told)
                .allSatisfy(told -> assertThat(told).startsWith("Pod SidecarRefusesTraffic: its sidecar refuses"));
        assertThat(collector.reliefs(Outcome.FOUND)).isEqualTo(1);
    }

    @Waits
    void endsAllThatItBeganWhenTheTermEnds() throws InterruptedException {
        windows(REVIEWS, 1);
        term.start();
        awaitKept(1);

        leads.set(false);

        assertThat(term.join(PATIENCE)).isTrue();
        assertThat(requireNonNull(source.reader).isAlive()).isFalse();
        assertThat(source.closed).isTrue();
        assertThat(pods.closed).isTrue();
        assertThat(collector.accounts()).isZero();
        assertThat(collector.through()).isEmpty();
    }

    @Waits
    void endsAlsoWhereItIsInterrupted() throws InterruptedException {
        windows(REVIEWS, 1);
        term.start();
        awaitKept(1);

        term.interrupt();

        assertThat(term.join(PATIENCE)).isTrue();
        assertThat(requireNonNull(source.reader).isAlive()).isFalse();
        assertThat(pods.closed).isTrue();
    }

    @Waits
    void aNamespaceWhosePastCannotBeReadHoldsNoOtherBack() {
        WorkloadKey cart = WorkloadKey.of("late", "apps/v1", "Deployment", "cart");
        WorkloadKey huge = WorkloadKey.of("huge", "apps/v1", "Deployment", "huge");
        for (int hour = 1; hour <= 4; hour++) {
            source.windows.put(
                    hour(hour),
                    List.of(
                            seen("shop", "reviews-1", REVIEWS, hour),
                            seen("late", "cart-1", cart, hour),
                            seen("huge", "huge-1", huge, hour)));
        }
        source.unreadable.add("huge");
        term.start();
        awaitKept(3);

        optedIn.addAll(List.of("late", "huge"));
        offset = offset.plus(HOUR);

        await().atMost(PATIENCE)
                .until(() -> histories.kept.containsKey(OfWorkload.whole(cart))
                        && measured(OfWorkload.whole(cart)).samples() == 240);
        source.unreadable.clear();
        await().atMost(PATIENCE)
                .until(() -> histories.kept.containsKey(OfWorkload.whole(huge))
                        && measured(OfWorkload.whole(huge)).samples() == 240);
    }

    @Waits
    void aSourceThatTellsOfNoKillsTellsOfWindowsAllTheSame() {
        source.killsFail = new SourceFailed("too much", false);
        for (int hour = 1; hour <= 80; hour++) {
            windows(REVIEWS, hour);
        }
        offset = offset.plus(HOUR.multipliedBy(77));

        term.start();

        awaitKept(80);
        assertThat(source.reads.get()).as("not day by day").isLessThan(10);
        source.killsFail = null;
        source.kills.add(
                new Kill(new PodName("shop", "reviews-1"), hour(2).minusSeconds(60), Optional.of(Bytes.mebi(128))));
        await().atMost(PATIENCE).until(() -> measured().oomKills() == 1);
    }

    @Waits
    void aLateNamespaceIsLearntFromAlsoWhereNobodyTellsOfItsKills() {
        WorkloadKey cart = WorkloadKey.of("late", "apps/v1", "Deployment", "cart");
        for (int hour = 1; hour <= 30; hour++) {
            source.windows.put(
                    hour(hour), List.of(seen("shop", "reviews-1", REVIEWS, hour), seen("late", "cart-1", cart, hour)));
        }
        offset = offset.plus(HOUR.multipliedBy(27));
        source.kills.add(
                new Kill(new PodName("late", "cart-1"), hour(2).minusSeconds(60), Optional.of(Bytes.mebi(128))));
        term.start();
        awaitKept(30);
        source.killsFail = new SourceFailed("no such selector", true);

        pods.lives(SomePod.named("late", "cart-2").of(cart).build());
        optedIn.add("late");

        await().atMost(PATIENCE)
                .until(() -> histories.kept.containsKey(OfWorkload.whole(cart))
                        && measured(OfWorkload.whole(cart)).samples() == 1800);
        source.killsFail = null;
        await().atMost(PATIENCE).until(() -> measured(OfWorkload.whole(cart)).oomKills() == 1);
    }

    @Waits
    void whoNoLongerLeadsForgetsNothingMore() throws InterruptedException {
        Ledger before = new Ledger(pod -> Target.DEFAULT, pod -> Bytes.mebi(1024), any -> Mode.AUDIT, PACE);
        for (String name : List.of("a", "b", "c")) {
            WorkloadKey workload = WorkloadKey.of("shop", "apps/v1", "Deployment", name);
            before.take(hour(1), List.of(seen("shop", name + "-1", workload, 1)), pod -> Optional.empty());
            OfWorkload subject = OfWorkload.whole(workload);
            histories.kept.put(subject, before.keep(subject, hour(1)));
        }
        histories.atForgetting = () -> leads.set(false);
        offset = offset.plus(Duration.ofDays(60));

        term.start();

        assertThat(term.join(PATIENCE)).isTrue();
        assertThat(histories.kept).hasSize(2);
    }

    private void awaitKept(int hour) {
        await().atMost(PATIENCE)
                .until(() -> histories.kept.containsKey(WHOLE)
                        && hour(hour).equals(measured().lastSample()));
    }

    private Measured measured() {
        return measured(WHOLE);
    }

    private Measured measured(OfWorkload subject) {
        Learnt learnt = requireNonNull(histories.kept.get(subject));
        return requireNonNull(learnt.measured());
    }

    private void windows(WorkloadKey workload, int... hours) {
        for (int hour : hours) {
            source.windows.put(hour(hour), List.of(seen("shop", "reviews-1", workload, hour)));
        }
    }

    private static Instant hour(int n) {
        return START.plus(HOUR.multipliedBy(n));
    }

    private static Seen seen(String namespace, String pod, WorkloadKey workload, int hour) {
        return new Seen(
                new PodWindow(new PodName(namespace, pod), hour(hour), HOUR, Bytes.mebi(60 + hour), Bytes.mebi(50), 60),
                Optional.of(workload));
    }

    private static LivePod pod(String name, WorkloadKey workload) {
        return pod(name, workload, List.of());
    }

    private static LivePod pod(String name, WorkloadKey workload, List<OomKill> kills) {
        return SomePod.named("shop", name)
                .of(workload)
                .created(START)
                .controller(new Owner("apps/v1", "ReplicaSet", workload.name() + "-5d8f", "uid"))
                .concurrency(2)
                .limit(Bytes.mebi(128))
                .kills(kills)
                .build();
    }
}
