package dev.sidecarsizer.bench;

import dev.sidecarsizer.cluster.Command;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Admission reviews at a fixed rate, by wrk.
 *
 * @param script for wrk
 * @param review that is sent
 * @param workloads that it is of
 * @param aSecond how many
 */
record Reviews(Path script, Path review, int workloads, int aSecond) {

    private static final int CONNECTIONS = 4;
    private static final Pattern P50 = Pattern.compile("50%\\s+(\\S+)");
    private static final Pattern P99 = Pattern.compile("99%\\s+(\\S+)");
    private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+(\\S+)");

    /** Sends them for some seconds and says how long they took, TLS included. */
    void send(Leader leader, int seconds, String when) {
        Command.Outcome sent = new Command(List.of(
                        "env",
                        "BENCH_REVIEW=" + review,
                        "BENCH_WORKLOADS=" + workloads,
                        "BENCH_PACE=" + (1000 * CONNECTIONS / aSecond - 2),
                        "wrk",
                        "-t1",
                        "-c" + CONNECTIONS,
                        "-d" + seconds + "s",
                        "--latency",
                        "-s",
                        script.toString(),
                        "https://127.0.0.1:" + leader.port() + "/mutate"))
                .run();
        if (!sent.ok()) {
            throw new IllegalStateException("wrk: " + sent.err() + sent.out());
        }
        LearningBench.say(
                "  reviews %s: p50 %s, p99 %s, %s/s".formatted(when, of(P50, sent), of(P99, sent), of(RATE, sent)));
    }

    private static String of(Pattern number, Command.Outcome sent) {
        Matcher found = number.matcher(sent.out());
        return found.find() ? found.group(1) : "none";
    }
}
