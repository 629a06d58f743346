package dev.sidecarsizer.collect.prometheus;

import dev.sidecarsizer.collect.SourceFailed;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Asks for shards, some at a time, and for the halves of one that is too much. */
final class Shards {

    private final int atOnce;

    Shards(int atOnce) {
        this.atOnce = atOnce;
    }

    /**
     * What was answered for each.
     *
     * @param known namespaces by which a shard may be split; none where it must not be
     * @throws TooMuch where one that cannot be split is too much
     */
    <T> List<T> each(List<Shard> shards, List<String> known, Function<Shard, T> ask) {
        try (ExecutorService threads = Executors.newFixedThreadPool(
                atOnce, Thread.ofVirtual().name("prometheus-", 0).factory())) {
            try {
                List<Future<List<T>>> asked = new ArrayList<>();
                for (Shard shard : shards) {
                    asked.add(threads.submit(() -> whole(shard, known, ask)));
                }
                List<T> answers = new ArrayList<>();
                for (Future<List<T>> one : asked) {
                    answers.addAll(one.get());
                }
                return answers;
            } catch (ExecutionException failed) {
                threads.shutdownNow();
                throw failed.getCause() instanceof RuntimeException cause
                        ? cause
                        : new IllegalStateException(failed.getCause());
            } catch (InterruptedException stop) {
                threads.shutdownNow();
                Thread.currentThread().interrupt();
                throw new SourceFailed("reading from Prometheus was ended", false, stop);
            }
        }
    }

    private static <T> List<T> whole(Shard shard, List<String> known, Function<Shard, T> ask) {
        try {
            return List.of(ask.apply(shard));
        } catch (TooMuch tooMuch) {
            List<Shard> halves = shard.halves(known);
            if (halves.isEmpty()) {
                throw tooMuch;
            }
            List<T> both = new ArrayList<>();
            for (Shard half : halves) {
                both.addAll(whole(half, known, ask));
            }
            return both;
        }
    }
}
