package dev.sidecarsizer.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.DecisionTally;
import dev.sidecarsizer.profile.ProfileSink;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

class DecisionJournalTest {

    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final Memory INJECTED = new Memory(Bytes.mebi(128), Bytes.mebi(1024));
    private static final WorkloadKey REVIEWS = workload("reviews");
    private static final Duration NEVER = Duration.ofHours(1);

    /** A sink that sums up, and refuses as long as it is told to. */
    private static final class Ledger implements ProfileSink {
        private final Map<WorkloadKey, Map<String, Long>> counts = new ConcurrentHashMap<>();
        private final AtomicInteger writes = new AtomicInteger();
        private volatile boolean refusing;

        @Override
        public void add(WorkloadKey workload, List<DecisionTally> tallies) {
            if (refusing) {
                throw new IllegalStateException("refused");
            }
            writes.incrementAndGet();
            for (DecisionTally tally : tallies) {
                counts.computeIfAbsent(workload, key -> new ConcurrentHashMap<>())
                        .merge(tally.reason(), tally.count(), Long::sum);
            }
        }

        long count(WorkloadKey workload, String reason) {
            return counts.getOrDefault(workload, Map.of()).getOrDefault(reason, 0L);
        }
    }

    private final Ledger ledger = new Ledger();

    @Test
    void countsOfManyThreadsSumUpExactlyWhileItIsBeingWritten() throws InterruptedException {
        int threads = 16;
        int each = 5000;
        DecisionJournal journal = new DecisionJournal(ledger, Duration.ofMillis(100));
        journal.start();
        CountDownLatch done = new CountDownLatch(threads);
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int thread = 0; thread < threads; thread++) {
                int number = thread;
                callers.execute(() -> {
                    for (int i = 0; i < each; i++) {
                        journal.record(workload("w" + i % 7), keep("REASON_" + number % 3));
                    }
                    done.countDown();
                });
            }
            done.await();
        }
        journal.close();

        long sum = ledger.counts.values().stream()
                .flatMap(counts -> counts.values().stream())
                .mapToLong(Long::longValue)
                .sum();
        assertThat(sum).isEqualTo((long) threads * each);
        assertThat(ledger.counts).hasSize(7);
        assertThat(journal.backlog()).isZero();
        assertThat(journal.dropped()).isZero();
    }

    @Test
    void aWorkloadIsWrittenNoMoreThanOnceAnInterval() throws InterruptedException {
        Duration interval = Duration.ofMillis(500);
        DecisionJournal journal = new DecisionJournal(ledger, interval);
        journal.start();
        long start = System.nanoTime();
        while (System.nanoTime() - start < Duration.ofMillis(2600).toNanos()) {
            journal.record(REVIEWS, keep("NO_PROFILE"));
            Thread.sleep(1);
        }
        int writes = ledger.writes.get();
        journal.close();

        assertThat(writes).isBetween(2, 5);
    }

    @Test
    void nothingIsWrittenBeforeItIsDueButAllIsAtTheEnd() throws InterruptedException {
        DecisionJournal journal = new DecisionJournal(ledger, NEVER);
        journal.start();
        for (int i = 0; i < 500; i++) {
            journal.record(workload("w" + i), keep("NO_PROFILE"));
        }
        Thread.sleep(500);
        assertThat(ledger.writes).hasValue(0);
        assertThat(journal.backlog()).isEqualTo(500);

        journal.close();

        assertThat(ledger.writes).hasValue(500);
        assertThat(journal.backlog()).isZero();
    }

    @Test
    void aFailedWriteIsKeptWithWhatCameMeanwhile() {
        DecisionJournal journal = new DecisionJournal(ledger, Duration.ofMillis(100));
        ledger.refusing = true;
        journal.start();
        journal.record(REVIEWS, keep("NO_PROFILE"));
        await().until(() -> journal.failures() >= 2);
        journal.record(REVIEWS, keep("NO_PROFILE"));
        journal.record(REVIEWS, keep("OTHER"));
        assertThat(journal.backlog()).isEqualTo(1);

        ledger.refusing = false;

        await().atMost(Duration.ofSeconds(20)).until(() -> ledger.count(REVIEWS, "OTHER") == 1);
        assertThat(ledger.count(REVIEWS, "NO_PROFILE")).isEqualTo(2);
        assertThat(journal.dropped()).isZero();
        journal.close();
    }

    @Test
    void beyondItsBoundsItCountsWhatItDrops() {
        DecisionJournal journal = new DecisionJournal(ledger, NEVER);
        for (int i = 0; i < DecisionJournal.MOST_WORKLOADS + 5; i++) {
            journal.record(workload("w" + i), keep("NO_PROFILE"));
        }
        assertThat(journal.backlog()).isEqualTo(DecisionJournal.MOST_WORKLOADS);
        assertThat(journal.dropped()).isEqualTo(5);

        journal.record(workload("w0"), keep("NO_PROFILE"));

        assertThat(journal.dropped())
                .as("a workload that is in the book already")
                .isEqualTo(5);
        journal.close();
    }

    @Test
    void aWorkloadHasRoomForAsManyDecisionsAsItsProfile() {
        DecisionJournal journal = new DecisionJournal(ledger, NEVER);
        for (int i = 0; i < 40; i++) {
            journal.record(REVIEWS, keep("REASON_" + i));
        }
        journal.record(REVIEWS, keep("REASON_0"));

        assertThat(journal.dropped()).isEqualTo(8);
        journal.close();
        assertThat(ledger.count(REVIEWS, "REASON_0")).isEqualTo(2);
    }

    @Test
    void whatIsGivenUpIsCounted() {
        List<Integer> attempts = new ArrayList<>();
        ProfileSink gone = (workload, tallies) -> {
            attempts.add(1);
            throw new IllegalStateException("namespace is gone");
        };
        DecisionJournal journal = new DecisionJournal(gone, Duration.ZERO);
        journal.start();
        journal.record(REVIEWS, keep("NO_PROFILE"));
        journal.record(REVIEWS, keep("NO_PROFILE"));

        await().atMost(Duration.ofSeconds(20)).until(() -> journal.dropped() == 2);

        assertThat(attempts).hasSize(DecisionJournal.MOST_FAILURES);
        assertThat(journal.backlog()).isZero();
        journal.close();
    }

    @Test
    void whatIsRefusedForGoodIsGivenUpAtOnce() {
        AtomicInteger attempts = new AtomicInteger();
        ProfileSink gone = (workload, tallies) -> {
            attempts.incrementAndGet();
            throw new ProfileSink.Refused("namespaces \"shop\" not found", new IllegalStateException());
        };
        DecisionJournal journal = new DecisionJournal(gone, Duration.ZERO);
        journal.record(REVIEWS, keep("NO_PROFILE"));
        journal.record(REVIEWS, keep("NO_PROFILE"));
        journal.start();

        // what is dropped is in hand for a moment more
        await().until(() -> journal.dropped() > 0 && journal.backlog() == 0);

        assertThat(journal.dropped()).isEqualTo(2);
        assertThat(journal.failures()).isEqualTo(1);
        assertThat(attempts).hasValue(1);
        journal.close();
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void aRefusalIsToldOnceHoweverManyOthersAreWrittenBetween(CapturedOutput log) {
        DecisionJournal journal = new DecisionJournal(
                (workload, tallies) -> {
                    if (workload.equals(REVIEWS)) {
                        throw new ProfileSink.Refused("namespaces \"shop\" not found", new IllegalStateException());
                    }
                },
                Duration.ZERO);
        journal.start();
        for (int round = 1; round <= 3; round++) {
            long written = round;
            journal.record(REVIEWS, keep("NO_PROFILE"));
            await().until(() -> journal.dropped() == written);
            journal.record(workload("ratings"), keep("NO_PROFILE"));
            await().until(() -> journal.writes() == written);
        }
        journal.close();

        assertThat(log.getOut().lines())
                .singleElement()
                .asString()
                .contains("shop/Deployment/reviews")
                .contains("namespaces \"shop\" not found");
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void ofManyRefusalsTheFirstAreToldAndTheRestCounted(CapturedOutput log) {
        DecisionJournal journal = new DecisionJournal(
                (workload, tallies) -> {
                    throw new ProfileSink.Refused("no such kind", new IllegalStateException());
                },
                NEVER);
        for (int i = 0; i < 100; i++) {
            journal.record(workload("w" + i), keep("NO_PROFILE"));
        }
        journal.close();

        assertThat(journal.dropped()).isEqualTo(100);
        assertThat(log.getOut().lines()).hasSize(Refusals.MOST_TOLD);
        assertThat(log).containsOnlyOnce("further ones are only counted");
    }

    @Test
    void whatIsBeingWrittenIsNotWrittenYet() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        ProfileSink slow = (workload, tallies) -> {
            begun.countDown();
            try {
                release.await();
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
            }
        };
        DecisionJournal journal = new DecisionJournal(slow, Duration.ofMillis(1));
        journal.start();
        journal.record(REVIEWS, keep("NO_PROFILE"));
        begun.await();

        assertThat(journal.backlog()).isEqualTo(1);

        release.countDown();
        await().until(() -> journal.backlog() == 0);
        journal.close();
    }

    @Test
    void recordingDoesNotWaitForASlowSink() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        ProfileSink slow = (workload, tallies) -> {
            try {
                release.await();
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
            }
        };
        DecisionJournal journal = new DecisionJournal(slow, Duration.ofMillis(1));
        journal.start();
        for (int i = 0; i < 20; i++) {
            journal.record(workload("w" + i), keep("NO_PROFILE"));
        }
        Thread.sleep(600);

        long start = System.nanoTime();
        for (int i = 0; i < 1000; i++) {
            journal.record(workload("w" + i % 20), keep("NO_PROFILE"));
        }
        Duration took = Duration.ofNanos(System.nanoTime() - start);

        assertThat(took).isLessThan(Duration.ofSeconds(1));
        release.countDown();
        journal.close();
    }

    private static WorkloadKey workload(String name) {
        return new WorkloadKey("shop", "apps", "Deployment", name);
    }

    private static DecisionTally keep(String reason) {
        return new DecisionTally(Mode.AUDIT, "Keep", reason, 1, NOON, INJECTED, null);
    }
}
