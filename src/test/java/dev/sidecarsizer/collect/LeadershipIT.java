package dev.sidecarsizer.collect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sidecarsizer.Waits;
import dev.sidecarsizer.cluster.ChildProcess;
import dev.sidecarsizer.cluster.ControlPlane;
import dev.sidecarsizer.cluster.SharedControlPlane;
import dev.sidecarsizer.cluster.Wire;
import dev.sidecarsizer.store.ApiClient;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who leads, on a real API server: two never do. */
@ExtendWith(SharedControlPlane.class)
class LeadershipIT {

    private static final Logger LOG = LoggerFactory.getLogger(LeadershipIT.class);

    static final Leadership.Times SHORT =
            new Leadership.Times(Duration.ofSeconds(6), Duration.ofSeconds(3), Duration.ofSeconds(1));

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration HAND_OVER = Duration.ofMillis(2500);

    private final ControlPlane plane;
    private final List<AutoCloseable> opened = new CopyOnWriteArrayList<>();

    LeadershipIT(ControlPlane plane) {
        this.plane = plane;
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
    }

    @Waits
    void oneLeadsAndTheOtherFollowsSoonAfterItGoes() {
        plane.createNamespace("leads-one", Map.of());
        Work first = new Work();
        Leadership one = candidate(plane.kubeconfig(), "leads-one", first);
        await().atMost(PATIENCE).until(one::isLeader);
        await().atMost(PATIENCE).until(first::runs);
        Work second = new Work();
        Leadership other = candidate(plane.kubeconfig(), "leads-one", second);
        // longer than the lease: it is renewed
        await().during(Duration.ofSeconds(8))
                .atMost(PATIENCE)
                .until(() -> one.isLeader() && !other.isLeader() && second.count.get() == 0);

        Instant goes = Instant.now();
        one.close();

        assertThat(first.runs()).isFalse();
        assertThat(first.leads()).isFalse();
        await().pollInterval(Duration.ofMillis(20)).atMost(PATIENCE).until(second::runs);
        Duration handOver = Duration.between(goes, Instant.now());
        LOG.warn("hand-over took {} ms", handOver.toMillis());
        assertThat(handOver).isLessThan(HAND_OVER);
        assertThat(other.isLeader()).isTrue();
        assertThat(one.terms()).isEqualTo(1);
        assertThat(other.terms()).isEqualTo(1);
    }

    @Waits
    void aTermEndsBeforeAnotherCanTakeTheLease() {
        plane.createNamespace("leads-cut", Map.of());
        Wire wire = opened(new Wire(plane));
        Work cutOff = new Work();
        Leadership one = candidate(wire.kubeconfig(plane.kubeconfig()), "leads-cut", cutOff);
        await().atMost(PATIENCE).until(cutOff::runs);
        Work next = new Work();
        Leadership other = candidate(plane.kubeconfig(), "leads-cut", next);

        wire.cut();

        await().pollInterval(Duration.ofMillis(20)).atMost(PATIENCE).until(() -> !one.isLeader());
        assertThat(other.isLeader()).isFalse();
        await().pollInterval(Duration.ofMillis(20)).atMost(PATIENCE).until(next::runs);
        assertThat(cutOff.ended).isNotNull().isBefore(Objects.requireNonNull(next.began));
        assertThat(cutOff.leads()).isFalse();

        wire.mend();
        other.close();
        await().atMost(PATIENCE).until(one::isLeader);
        assertThat(one.terms()).isEqualTo(2);
        await().atMost(PATIENCE).until(cutOff::runs);
    }

    @Waits
    void aTermEndsInTimeWhereTheApiServerIsSilent() {
        plane.createNamespace("leads-silent", Map.of());
        Wire wire = opened(new Wire(plane));
        Work work = new Work();
        Leadership one = candidate(wire.kubeconfig(plane.kubeconfig()), "leads-silent", work);
        await().atMost(PATIENCE).until(work::runs);

        Instant silent = Instant.now();
        wire.silence();

        await().pollInterval(Duration.ofMillis(20)).atMost(PATIENCE).until(() -> !one.isLeader() && !work.runs());
        assertThat(Duration.between(silent, Instant.now())).isLessThan(SHORT.lease());
    }

    @Waits
    void whoIsKilledIsFollowedWhenHisLeaseIsOver(@TempDir Path folder) {
        plane.createNamespace("leads-killed", Map.of());
        Path leads = folder.resolve("leads");
        ChildProcess killed = opened(ChildProcess.start(
                "a candidate",
                folder.resolve("log"),
                folder,
                Map.of(),
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Candidate.class.getName(),
                        plane.kubeconfig().toString(),
                        "leads-killed",
                        leads.toString())));
        await().atMost(PATIENCE).until(() -> Files.exists(leads));
        // the first time takes long on a busy machine, and who is late has lost the lease
        awaitRenewal("leads-killed");
        Work next = new Work();
        candidate(plane.kubeconfig(), "leads-killed", next);
        awaitRenewal("leads-killed");

        Instant kill = Instant.now();
        ProcessHandle.of(killed.pid()).orElseThrow().destroyForcibly();

        await().pollInterval(Duration.ofMillis(20)).atMost(PATIENCE).until(next::runs);
        assertThat(Duration.between(kill, Instant.now()))
                // how long it takes after that is the machine's business too: no second lease goes by
                .isBetween(
                        SHORT.lease().minus(SHORT.retry().multipliedBy(3)),
                        SHORT.lease().multipliedBy(2));
    }

    /** Until who leads has said so once more. */
    private void awaitRenewal(String namespace) {
        ZonedDateTime before = lease(namespace).getRenewTime();
        await().pollInterval(Duration.ofMillis(20))
                .atMost(PATIENCE)
                .until(() -> lease(namespace).getRenewTime().isAfter(before));
    }

    private LeaseSpec lease(String namespace) {
        return plane.admin()
                .leases()
                .inNamespace(namespace)
                .withName(Leadership.LEASE)
                .require()
                .getSpec();
    }

    @Waits
    void aTaskThatDoesNotEndIsNotRunTwiceAndLeadsNoMore() {
        plane.createNamespace("leads-stuck", Map.of());
        Wire wire = opened(new Wire(plane));
        StuckWork stuck = opened(new StuckWork());
        Leadership one = candidate(wire.kubeconfig(plane.kubeconfig()), "leads-stuck", stuck);
        await().atMost(PATIENCE).until(one::isLeader);

        wire.cut();
        await().atMost(PATIENCE).until(() -> !one.isLeader());
        wire.mend();
        await().during(SHORT.lease().plusSeconds(2)).atMost(PATIENCE).until(() -> stuck.count.get() == 1);
        assertThat(Objects.requireNonNull(stuck.term).stillLeads()).isFalse();

        stuck.close();
        await().atMost(PATIENCE).until(() -> stuck.count.get() == 2);
    }

    @Waits
    void aTaskThatFailsLetsAnotherTry() {
        plane.createNamespace("leads-fails", Map.of());
        AtomicInteger tries = new AtomicInteger();
        candidate(plane.kubeconfig(), "leads-fails", term -> {
            tries.incrementAndGet();
            throw new IllegalStateException("cannot go on");
        });
        await().atMost(PATIENCE).until(() -> tries.get() == 1);

        Work other = new Work();
        candidate(plane.kubeconfig(), "leads-fails", other);

        await().atMost(PATIENCE).until(other::runs);
        assertThat(tries).hasValue(1);
    }

    /** What the shipped role must grant, and no more. */
    @Waits
    void needsToGetToCreateAndToPatchLeases() {
        plane.createNamespace("leads-rights", Map.of());
        plane.apply(
                """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: leads, namespace: leads-rights}
                rules:
                - {apiGroups: [coordination.k8s.io], resources: [leases], verbs: [create]}
                - {apiGroups: [coordination.k8s.io], resources: [leases], resourceNames: [sidecar-sizer-learning], verbs: [get, patch]}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: leads, namespace: leads-rights}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: leads}
                subjects: [{kind: ServiceAccount, name: default, namespace: leads-rights}]
                """);
        Work work = new Work();
        Leadership one = candidate(plane.kubeconfigOf("leads-rights", "default"), "leads-rights", work);

        await().atMost(PATIENCE).until(one::isLeader);
        await().during(SHORT.renewDeadline().plusSeconds(1)).atMost(PATIENCE).until(one::isLeader);
        one.close();
        assertThat(lease("leads-rights").getHolderIdentity()).isNullOrEmpty();
    }

    private Leadership candidate(Path kubeconfig, String namespace, Leadership.Task task) {
        KubernetesClient client = opened(ApiClient.of(Config.fromKubeconfig(kubeconfig.toFile())));
        Leadership candidate = opened(new Leadership(client, namespace, "candidate", SHORT, task));
        candidate.start();
        return candidate;
    }

    private <T extends AutoCloseable> T opened(T one) {
        opened.add(one);
        return one;
    }

    /** Works until it is interrupted. */
    private static final class Work implements Leadership.Task {

        final AtomicInteger count = new AtomicInteger();
        private volatile Leadership.@Nullable Term term;
        volatile @Nullable Instant began;
        volatile @Nullable Instant ended;
        private volatile boolean running;

        @Override
        public void lead(Leadership.Term one) throws InterruptedException {
            count.incrementAndGet();
            term = one;
            began = Instant.now();
            running = true;
            try {
                Thread.sleep(Long.MAX_VALUE);
            } finally {
                running = false;
                ended = Instant.now();
            }
        }

        boolean runs() {
            return running;
        }

        boolean leads() {
            return Objects.requireNonNull(term).stillLeads();
        }
    }

    /** Hears no interrupt. */
    private static final class StuckWork implements Leadership.Task, AutoCloseable {

        final AtomicInteger count = new AtomicInteger();
        volatile Leadership.@Nullable Term term;
        private volatile boolean free;

        @Override
        public void lead(Leadership.Term one) {
            count.incrementAndGet();
            term = one;
            while (!free) {
                LockSupport.parkNanos(10_000_000);
            }
        }

        @Override
        public void close() {
            free = true;
        }
    }
}
