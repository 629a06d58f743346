package dev.sidecarsizer.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sidecarsizer.cluster.Progress;
import dev.sidecarsizer.cluster.PrometheusServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a real Prometheus remembers is replayed as the file that its past was made of. */
@Tag("mesh")
class BacktestPrometheusIT {

    private static final int MINUTES = 2 * 24 * 60;
    private static final List<String> PODS = List.of("reviews-6d5f9c7b88-x2x7p", "carts-0");

    @TempDir
    private static Path data;

    private static Path file;
    private static PrometheusServer server;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void start() throws Exception {
        String past = past(Instant.now().truncatedTo(ChronoUnit.HOURS).minus(Duration.ofHours(1)));
        file = Files.writeString(data.resolve("past.om"), past);
        PrometheusServer.backfill(past, data.resolve("server"), Progress.onConsole());
        server = PrometheusServer.start("global: {}\n", data.resolve("server"), Progress.onConsole());
    }

    @AfterAll
    static void end() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void everySampleInItsStepGivesWhatTheFileGives() {
        assertThat(run("--from", file.toString(), "-o", "csv")).isZero();
        String fromFile = out.toString();
        out.getBuffer().setLength(0);

        assertThat(ask("--step", "1m", "--history", "3d", "-o", "csv")).isZero();

        assertThat(out.toString())
                .isEqualTo(fromFile)
                .contains(",shop/Rollout/reviews,", ",shop/StatefulSet/carts,")
                .contains("p95,,");
        assertThat(err.toString()).contains("read 5,760 samples");
    }

    @Test
    void aPeakIsInItsStepHoweverLongThatIs() {
        assertThat(ask("--step", "1h", "--history", "3d", "-o", "csv", "--strategy", "p95"))
                .isZero();

        assertThat(out.toString().lines().filter(line -> line.startsWith("p95,shop/StatefulSet/carts,1,")))
                .hasSize(1);
        assertThat(err.toString()).contains("read 96 samples");
    }

    /** Also of a long step it is known how often was scraped in it, so ours learns the same and adds as little. */
    @Test
    void oursSetsTheSameLimitsHoweverLongTheStep() {
        double ofMinutes = limitOfOurs("--step", "1m");
        double ofHours = limitOfOurs("--step", "1h");
        assertThat(ofHours).isEqualTo(ofMinutes, within(1e-3));
        assertThat(limitOfOurs("--step", "1h", "--measured-every", "30m")).isGreaterThan(ofHours);
    }

    /** In GiB. */
    private double limitOfOurs(String... options) {
        out.getBuffer().setLength(0);
        List<String> all =
                new ArrayList<>(List.of("--history", "3d", "--judge-from", "0.9", "--strategy", "ours", "-o", "json"));
        all.addAll(List.of(options));
        assertThat(ask(all.toArray(String[]::new))).isZero();
        JsonNode ours = JsonMapper.shared().readTree(out.toString()).get(0);
        assertThat(ours.path("podsAsTheyCame").intValue()).isZero();
        return ours.path("limitGiBHours").doubleValue()
                / (ours.path("podWeeks").doubleValue() * Duration.ofDays(7).toHours());
    }

    @Test
    void matchersChoose() {
        assertThat(ask("--step", "1h", "--matchers", "pod=\"carts-0\"", "-o", "csv"))
                .isZero();
        assertThat(out.toString()).contains("carts").doesNotContain("reviews");
    }

    @Test
    void withoutAnySampleThereIsNothing() {
        assertThat(ask("--matchers", "pod=\"nobody\"")).isEqualTo(1);
        assertThat(err.toString()).contains("Prometheus has no usable sample of a proxy's memory since");
    }

    @Test
    void whoDoesNotAnswerIsToldInOneLine() {
        Path nowhere = data.resolve("no-token");
        assertThat(ask("--token-file", nowhere.toString())).isEqualTo(1);
        assertThat(err.toString().lines()).singleElement().asString().contains(nowhere.toString());
    }

    private int ask(String... options) {
        List<String> all = new ArrayList<>(List.of("--prometheus", server.url().toString()));
        all.addAll(List.of(options));
        return run(all.toArray(String[]::new));
    }

    private int run(String... options) {
        List<String> all = new ArrayList<>(List.of("backtest"));
        all.addAll(List.of(options));
        return Cli.run(new PrintWriter(out), new PrintWriter(err), all.toArray(String[]::new));
    }

    private static String past(Instant end) {
        StringBuilder text = new StringBuilder();
        for (String pod : PODS) {
            for (int minute = 1; minute <= MINUTES; minute++) {
                // one minute of one pod is a burst, in the half that is judged
                long mebibytes = pod.equals("carts-0") && minute == MINUTES - 100 ? 900 : 500 + minute % 7;
                text.append("container_memory_working_set_bytes{namespace=\"shop\",container=\"istio-proxy\",pod=\"")
                        .append(pod)
                        .append("\"} ")
                        .append(mebibytes * 1024 * 1024)
                        .append(at(end, minute));
            }
        }
        owner(text, end, "kube_pod_owner", "pod=\"reviews-6d5f9c7b88-x2x7p\"", "ReplicaSet", "reviews-6d5f9c7b88");
        owner(text, end, "kube_pod_owner", "pod=\"carts-0\"", "StatefulSet", "carts");
        owner(text, end, "kube_replicaset_owner", "replicaset=\"reviews-6d5f9c7b88\"", "Rollout", "reviews");
        return text.append("# EOF\n").toString();
    }

    private static void owner(StringBuilder text, Instant end, String name, String owned, String kind, String owner) {
        for (int minute = 1; minute <= MINUTES; minute++) {
            text.append(name)
                    .append("{namespace=\"shop\",owner_is_controller=\"true\",")
                    .append(owned)
                    .append(",owner_kind=\"")
                    .append(kind)
                    .append("\",owner_name=\"")
                    .append(owner)
                    .append("\"} 1")
                    .append(at(end, minute));
        }
    }

    private static String at(Instant end, int minute) {
        return " " + end.minus(Duration.ofMinutes(MINUTES - minute)).getEpochSecond() + "\n";
    }
}
