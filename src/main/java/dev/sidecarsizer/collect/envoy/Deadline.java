package dev.sidecarsizer.collect.envoy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Ends what takes too long, an answer that comes a byte at a time too: timeouts of clients end with the headers. */
final class Deadline {

    private Deadline() {}

    /**
     * What the task gives.
     *
     * @param task ends when its thread is interrupted
     * @throws IOException where it failed or took too long
     */
    static <T> T within(Duration most, Callable<T> task) throws IOException, InterruptedException {
        FutureTask<T> running = new FutureTask<>(task);
        Thread.ofVirtual().name("direct-read").start(running);
        try {
            return running.get(most.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException slow) {
            throw new IOException("no whole answer within " + most.toSeconds() + " s", slow);
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause();
            if (cause instanceof IOException input) {
                throw input;
            }
            if (cause instanceof RuntimeException fault) {
                throw fault;
            }
            throw new IOException(cause);
        } finally {
            running.cancel(true);
        }
    }
}
