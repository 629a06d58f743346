package dev.sidecarsizer.audit.page;

import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where answers are worked out: one at a time on one thread, so that reviews keep the other processors. An answer is given
 * to all who ask the same for fifty times as long as it took, a second at least: so each question takes a fiftieth of a
 * processor at most, however large the mesh and whoever asks. There is one for each workload: whoever asks them all gets half
 * of a processor, since between two answers it rests, and does not drive out what took longer. Whoever finds too many waiting
 * is told to come again.
 */
final class Workbench implements AutoCloseable {

    private static final Answer BUSY = Answer.fault(
                    HttpURLConnection.HTTP_UNAVAILABLE, "Many are asking at once. Try again in a second.")
            .again();

    private static final Logger LOG = LoggerFactory.getLogger(Workbench.class);
    private static final Duration FRESH = Duration.ofSeconds(1);
    private static final int TIMES_AS_LONG = 50;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int MOST_WAITING = 16;

    /** A few KiB each, but for the one of all workloads. */
    private static final int MOST_KEPT = 256;

    private static final Duration LONGEST_REST = Duration.ofMillis(20);

    private final ThreadPoolExecutor worker = new ThreadPoolExecutor(
            1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_WAITING), Workbench::thread);
    private final Map<List<String>, Job> jobs = new HashMap<>();

    /** An answer that is worked out, or was. */
    private static final class Job {

        private final FutureTask<Answer> answer;
        private volatile long took;
        private volatile long staleFrom;

        Job(Callable<Answer> work) {
            answer = new FutureTask<>(() -> {
                long begun = System.nanoTime();
                try {
                    return work.call();
                } finally {
                    long now = System.nanoTime();
                    took = now - begun;
                    staleFrom = now + Math.max(FRESH.toNanos(), TIMES_AS_LONG * took);
                }
            });
        }

        void doThenRest() {
            answer.run();
            try {
                Thread.sleep(Duration.ofNanos(Math.min(took, LONGEST_REST.toNanos())));
            } catch (InterruptedException closing) {
                Thread.currentThread().interrupt();
            }
        }

        boolean isStale() {
            return answer.isDone() && System.nanoTime() - staleFrom > 0;
        }

        long freshFor() {
            return answer.isDone() ? staleFrom - System.nanoTime() : Long.MAX_VALUE;
        }
    }

    /**
     * The answer to a question.
     *
     * @param question what is asked for, then its parameters
     * @param work works it out
     */
    Answer ask(List<String> question, Callable<Answer> work) throws InterruptedException {
        FutureTask<Answer> answer;
        try {
            answer = job(question, work);
        } catch (RejectedExecutionException full) {
            return BUSY;
        }
        try {
            return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            return BUSY;
        } catch (ExecutionException failed) {
            LOG.error("the audit page cannot answer {}", question.getFirst(), failed.getCause());
            return Answer.fault(
                    HttpURLConnection.HTTP_INTERNAL_ERROR, "A fault of ours: the log of this replica says more.");
        }
    }

    @Override
    public void close() {
        worker.shutdownNow();
    }

    private synchronized FutureTask<Answer> job(List<String> question, Callable<Answer> work) {
        Job known = jobs.get(question);
        if (known != null && !known.isStale()) {
            return known.answer;
        }
        Job fresh = new Job(work);
        worker.execute(fresh::doThenRest);
        jobs.put(question, fresh);
        jobs.values().removeIf(Job::isStale);
        if (jobs.size() > MOST_KEPT) {
            jobs.values().remove(Collections.min(jobs.values(), Comparator.comparing(Job::freshFor)));
        }
        return fresh.answer;
    }

    /** Not a thread of the server that happens to ask first, which would count it as its own. */
    private static Thread thread(Runnable work) {
        Thread thread = Thread.ofPlatform().name("audit-page").daemon().unstarted(work);
        thread.setContextClassLoader(Workbench.class.getClassLoader());
        return thread;
    }
}
