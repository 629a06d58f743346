package dev.sidecarsizer.audit.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorkbenchTest {

    private final Workbench bench = new Workbench();
    private final ExecutorService askers = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch opened = new CountDownLatch(1);

    @AfterEach
    void end() {
        opened.countDown();
        askers.close();
        bench.close();
    }

    @Test
    void worksOutOnceForAllWhoAskTheSame() throws Exception {
        AtomicInteger worked = new AtomicInteger();
        List<Future<Answer>> answers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            answers.add(askers.submit(() -> bench.ask(List.of("mesh"), () -> {
                opened.await();
                worked.incrementAndGet();
                return Answer.of(json -> {});
            })));
        }
        opened.countDown();

        for (Future<Answer> answer : answers) {
            assertThat(answer.get().status()).isEqualTo(200);
        }
        assertThat(worked).hasValue(1);
    }

    @Test
    void worksOnOneThreadAndSendsAwayWhomItCannotServe() throws Exception {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        List<Future<Answer>> answers = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            List<String> question = List.of("workload", "app-" + i);
            answers.add(askers.submit(() -> bench.ask(question, () -> {
                opened.await();
                threads.add(Thread.currentThread());
                return Answer.of(json -> {});
            })));
        }
        while (answers.stream().filter(Future::isDone).count() < 40) {
            Thread.onSpinWait();
        }
        opened.countDown();

        List<Integer> statuses = new ArrayList<>();
        for (Future<Answer> answer : answers) {
            statuses.add(answer.get().status());
        }
        assertThat(statuses).containsOnly(200, 503);
        assertThat(threads).hasSize(1).noneMatch(Thread::isVirtual);
    }

    @Test
    void whatTookLongStaysWhateverElseIsAsked() throws Exception {
        AtomicInteger worked = new AtomicInteger();
        for (int i = 0; i < 2; i++) {
            bench.ask(List.of("mesh"), () -> {
                worked.incrementAndGet();
                Thread.sleep(200);
                return Answer.of(json -> {});
            });
            for (int each = 0; each < 600; each++) {
                bench.ask(List.of("workload", "app-" + i + "-" + each), () -> Answer.of(json -> {}));
            }
        }

        assertThat(worked).as("it is fresh for ten seconds").hasValue(1);
    }

    @Test
    void tellsNobodyWhatWentWrong() throws Exception {
        Answer answer = bench.ask(List.of("mesh"), () -> {
            throw new IllegalStateException("secret");
        });

        assertThat(answer.status()).isEqualTo(500);
        assertThat(Answered.text(answer)).contains("log").doesNotContain("secret");
    }
}
