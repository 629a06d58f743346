package dev.sidecarsizer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
    void onlyAKnownSubcommandIsForTheCommandLine() {
        assertThat(Cli.takes("backtest", "--from", "x")).isTrue();
        assertThat(Cli.takes("--help")).isTrue();
        assertThat(Cli.takes()).isFalse();
        assertThat(Cli.takes("--spring.profiles.active=local")).isFalse();
        assertThat(Cli.takes("serve")).isFalse();
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
            --risk=0                   | --risk 0.0 must be more than 0 and less than 1
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
    void aFolderThatIsNotThereIsAWrongOption() {
        assertThat(Cli.run(new PrintWriter(out), new PrintWriter(err), "backtest", "--from", "nowhere"))
                .isEqualTo(2);
        assertThat(err.toString()).startsWith("sidecar-sizer backtest: --from nowhere is no folder");
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
