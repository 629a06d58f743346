package dev.sidecarsizer.cli.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.sidecarsizer.cli.Said;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class StatusCommandTest {

    private static final Path ANSWERS = Path.of("src/test/resources/status");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"table.txt, -A", "wide.txt, -A -o wide", "shop.json, -n shop -o json", "shop.yaml, -n shop -o yaml"})
    void countsWhatIsKnown(String answer, String options) throws IOException {
        Said said = status(ANSWERS.resolve("mesh"), options);

        assertThat(said).isEqualTo(new Said(0, Files.readString(ANSWERS.resolve(answer)), ""));
    }

    @Test
    void nothingIsSaidOfAnEmptyFolderButThat() {
        assertThat(status(folder, "-A"))
                .isEqualTo(new Said(
                        0,
                        "No profiles in all namespaces: nothing was learnt there yet, or no pod of it was seen with an"
                                + " istio-proxy.\n",
                        ""));
        assertThat(JsonMapper.shared()
                        .readTree(status(folder, "-o json").out())
                        .path("workloads")
                        .asInt())
                .isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {mode: audit} | The brake lets the installation go no further than audit | {"cap":"audit"
                    {breaker: "2026-11-20T10:00:00Z 12 of 24"} | The breaker holds all sizing at audit: 2026-11-20T10:00:00Z 12 of 24 | "breaker":"2026-11-20T10:00:00Z 12 of 24"
                    """)
    void whatHoldsAllBackComesFirst(String data, String line, String field) throws IOException {
        Files.writeString(
                folder.resolve("brake.yaml"),
                "apiVersion: v1\nkind: ConfigMap\n"
                        + "metadata: {name: sidecar-sizer, namespace: sidecar-sizer-system}\ndata: " + data + "\n");

        assertThat(status(folder, "-A").out()).startsWith(line);
        assertThat(status(folder, "-A -o json").out().replaceAll("\\s*([:{,])\\s*", "$1"))
                .contains(field);
    }

    @Test
    void tenThousandWorkloadsAreCounted() throws IOException {
        String one =
                Files.readString(Path.of("docs/examples/shop/reviews.yaml")).split("---", -1)[0];
        for (int file = 0; file < 100; file++) {
            StringBuilder profiles = new StringBuilder();
            for (int i = 0; i < 100; i++) {
                profiles.append(one.replace("reviews", "w" + file + "-" + i)).append("---\n");
            }
            Files.writeString(folder.resolve(file + ".yaml"), profiles);
        }

        JsonNode status = JsonMapper.shared()
                .readTree(assertTimeoutPreemptively(Duration.ofSeconds(60), () -> status(folder, "-A -o json"))
                        .out());

        assertThat(status.path("workloads").asInt()).isEqualTo(10_000);
        assertThat(status.at("/recommended/after/limit").asString()).isEqualTo("5625Gi");
    }

    private static Said status(Path profiles, String options) {
        return Said.by(("status --profiles " + profiles + " " + options).split(" "));
    }
}
