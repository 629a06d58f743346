package dev.sidecarsizer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.SidecarSizerApplication;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CliTest {

    private static final long START = 1_700_000_000L;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    @BeforeEach
    void record() throws IOException {
        StringBuilder rows = new StringBuilder("timestamp,workload,pod,bytes\n");
        for (int i = 0; i < 400; i++) {
            int mebibytes = i == 390 ? 90 : 50;
            rows.append(START + i * 300L)
                    .append(",shop/Deployment/reviews,reviews-1,")
                    .append(mebibytes * 1024L * 1024)
                    .append('\n');
        }
        Files.writeString(folder.resolve("reviews.csv"), rows);
    }

    @Test
    void wordsAreForTheCommandLineAndOptionsForTheWebhook() {
        assertThat(Cli.takes("backtest", "--from", "x")).isTrue();
        assertThat(Cli.takes("--help")).isTrue();
        assertThat(Cli.takes()).isFalse();
        assertThat(Cli.takes("--spring.profiles.active=local")).isFalse();
        assertThat(Cli.takes("serve")).isTrue();
        assertThat(Cli.takes("-n", "shop", "status")).isTrue();
    }

    @Test
    void aWordThatIsNoSubcommandIsRefused() {
        assertThat(Cli.run(new PrintWriter(out), new PrintWriter(err), "revieww"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("'revieww'", "sidecar-sizer --help");
    }

    @Test
    void jsonHasOneObjectAStrategy() {
        assertThat(run("-o", "json", "--strategy", "p95,istio-default")).isZero();

        JsonNode rows = JsonMapper.shared().readTree(out.toString());
        assertThat(rows).hasSize(2);
        JsonNode p95 = rows.get(0);
        assertThat(p95.path("strategy").stringValue()).isEqualTo("p95");
        assertThat(p95.path("oomKills").intValue()).isEqualTo(1);
        // 200 samples of 5 minutes are judged
        assertThat(p95.path("podWeeks").doubleValue()).isEqualTo(0.099206);
        assertThat(rows.get(1).path("requestGiBHours").doubleValue()).isEqualTo(2.083333);
        assertThat(rows.get(1).path("limitGiBHours").doubleValue()).isEqualTo(16.666667);
        assertThat(rows.get(1).path("oomKills").intValue()).isZero();
    }

    @Test
    void aTableHasOneRowAStrategy() {
        assertThat(run("--strategy", "p95,istio-default")).isZero();

        List<String> lines = out.toString().lines().toList();
        assertThat(lines.get(2).split(" {2,}"))
                .startsWith("STRATEGY", "OOM KILLS", "PODS KILLED", "KILLS/M POD-WEEKS")
                .endsWith("ABOVE REQUEST");
        assertThat(lines.get(3)).matches("p95 +1 +1 +10,080,000 .*");
        assertThat(lines.get(4)).matches("istio-default +0 +0 +0 .* 2\\.08 +16\\.7 .*");
        assertThat(lines.get(3)).hasSameSizeAs(lines.get(2)).hasSameSizeAs(lines.get(4));
        assertThat(lines.get(6)).startsWith("1 pods judged over 0.099 pod-weeks");
    }

    @Test
    void aHistoryThatDoesNotFitIsToldInOneLine() throws Exception {
        try (Writer rows = new OutputStreamWriter(
                new GZIPOutputStream(Files.newOutputStream(folder.resolve("large.csv.gz"))), StandardCharsets.UTF_8)) {
            rows.write("timestamp,workload,pod,bytes\n");
            for (int i = 0; i < 3_000_000; i++) {
                rows.write("1700000000,w,p,1\n");
            }
        }
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx24m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SidecarSizerApplication.class.getName(),
                        "backtest",
                        "--from",
                        folder.toString())
                .redirectErrorStream(true)
                .start();
        try {
            assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines())
                    .containsExactly("sidecar-sizer backtest: the history does not fit in 24Mi of heap: "
                            + "give Java more with -Xmx, or choose with --workload");
            assertThat(process.waitFor()).isEqualTo(1);
        } finally {
            process.destroyForcibly();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            --strategy=p95                                        | Missing required argument
            --from=. --prometheus=http://localhost:9              | mutually exclusive
            --prometheus=ftp://localhost                          | --prometheus "ftp://localhost": must be an http or https
            --prometheus=http://localhost:9 --step=2d             | --step PT48H: must be from PT1S to PT24H
            --prometheus=http://localhost:9 --step=0s             | --step 0s is too short
            --prometheus=http://localhost:9 --history=1s          | --history PT1S: must be from PT5M
            --prometheus=http://localhost:9 --matchers=prod       | --matchers "prod": must be PromQL's label matchers
            --prometheus=http://localhost:9 --header=Host=x       | --header "Host": must be a header
            --prometheus=http://localhost:9 --ca-file=pom.xml     | --ca-file pom.xml is no PEM file of certificates
            --prometheus=http://localhost:9 --ca-file=nowhere.pem | --ca-file nowhere.pem is no PEM file of certificates
            """)
    void exactlyOneInputIsReadAndAWrongOneToldInOneLine(String options, String complaint) {
        List<String> arguments = new ArrayList<>(List.of("backtest"));
        arguments.addAll(List.of(options.split(" ")));

        assertThat(Cli.run(new PrintWriter(out), new PrintWriter(err), arguments.toArray(String[]::new)))
                .isEqualTo(2);

        assertThat(err.toString().lines()).singleElement().asString().contains(complaint);
    }

    @Test
    void everyKnownStrategyIsComparedWhereNoneIsNamed() {
        assertThat(run("-o", "json")).isZero();

        List<String> names = new ArrayList<>();
        JsonMapper.shared()
                .readTree(out.toString())
                .forEach(row -> names.add(row.path("strategy").stringValue()));
        assertThat(names).contains("istio-default", "vpa", "krr", "p95", "p99").doesNotContain("vpa-guaranteed");
    }

    @Test
    void theSameHistoryGivesTheSameAnswer() {
        run("-o", "csv");
        String first = out.toString();
        out.getBuffer().setLength(0);
        run("-o", "csv");

        assertThat(out.toString()).isEqualTo(first).contains("p95,shop/Deployment/reviews,1,");
    }

    @Test
    void whatWasReadIsToldApartFromTheResult() {
        run("-o", "json");

        assertThat(err.toString()).startsWith("read 400 rows of 1 files, timestamps in Unix seconds");
        assertThat(out.toString()).startsWith("[");
    }

    @Test
    void aFileTakesTheResult() throws IOException {
        Path file = folder.resolve("page.html");

        assertThat(run("-o", "html", "--out", file.toString())).isZero();

        assertThat(out.toString()).isEmpty();
        assertThat(file).content().contains("<svg").doesNotContain("<script", "http://", "https://");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            --strategy=best            | --strategy best is none of
            --judge-from=1.5           | 1.5 is no share of the time: it must be 0 or more, and less than 1
            --judge-from=soon          | "soon" is neither a share from 0 to 1 nor an instant
            --judge-from=2030-01-01T00:00:00Z | is outside of what was recorded: name an instant from 2023-11-14T22:13:20Z
            --window=1w                | "1w" is no duration: write 60s, 5m, 1h or 14d
            --window=0s                | --window 0s is too short
            --risk=0                   | --risk 0.0 must be more than 0 and at most 0.5
            --risk=0.7                 | --risk 0.7 must be more than 0 and at most 0.5
            --headroom=0.9             | --headroom 0.9 must be 1 or more
            --floor=2Gi                | --floor 2Gi is above --ceiling 1Gi: lower it
            --default-request=2Gi      | --default-request 2Gi must be more than 0 and at most --default-limit 1Gi
            --default-limit=much       | much
            -o=xml                     | xml
            --colour                   | Unknown option
            """)
    void whatCannotBeUnderstoodIsToldInOneLine(String option, String complaint) {
        assertThat(run(option)).isEqualTo(2);

        assertThat(err.toString().lines().filter(line -> line.startsWith("sidecar-sizer backtest:")))
                .singleElement()
                .asString()
                .contains(complaint);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aPathThatIsNotThereIsAWrongOption() {
        assertThat(Cli.run(new PrintWriter(out), new PrintWriter(err), "backtest", "--from", "nowhere"))
                .isEqualTo(2);
        assertThat(err.toString()).startsWith("sidecar-sizer backtest: --from nowhere is not there");
    }

    @Test
    void aWrongTimestampThatLeavesHardlyAnythingToJudgeFails() throws IOException {
        Files.writeString(
                folder.resolve("wrong.csv"),
                "timestamp,workload,pod,bytes\n" + (START + 157_680_000L) + ",shop/Deployment/reviews,reviews-1,9\n");

        assertThat(run()).isEqualTo(1);

        assertThat(err.toString()).contains("hardly anything is judged: from 2026-", "look for a wrong timestamp");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void gapsThatCountAsLivedAreTold() throws IOException {
        Files.writeString(
                folder.resolve("late.csv"),
                "timestamp,workload,pod,bytes\n" + (START + 399 * 300L + 86_400)
                        + ",shop/Deployment/reviews,reviews-1,9\n");

        assertThat(run("--judge-from", "0")).isZero();

        assertThat(err.toString()).contains("40.4 % of the judged pods' time is gaps of more than 10 steps");
    }

    @Test
    void withoutSamplesItFails() {
        assertThat(run("--workload", "other/*")).isEqualTo(1);

        assertThat(err.toString())
                .contains("has no usable row", "left out 400 rows of workloads that were not asked for");
    }

    @Test
    void aPatternChoosesWorkloads() {
        assertThat(run("--workload", "shop/*/rev*", "--workload", "other/*")).isZero();
    }

    @Test
    void helpNamesEachOption() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("--from", "--judge-from", "--strategy", "vpa-guaranteed", "html");
    }

    private int run(String... options) {
        List<String> arguments = new ArrayList<>(List.of("backtest", "--from", folder.toString()));
        arguments.addAll(List.of(options));
        return Cli.run(new PrintWriter(out), new PrintWriter(err), arguments.toArray(String[]::new));
    }
}
