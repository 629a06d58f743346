package dev.sidecarsizer.cli.advise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.cli.Said;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdviseCommandTest {

    private static final Path ANSWERS = Path.of("src/test/resources/advise");

    @ParameterizedTest
    @CsvSource({
        "table.txt, -A",
        "wide.txt, -n shop -o wide",
        "all.csv, -A -o csv",
        "shop.json, -n shop -o json",
        "all.yaml, -A -o yaml"
    })
    void tellsWhatTheLeaderFound(String answer, String options) throws IOException {
        Said said = advise(ANSWERS.resolve("mesh"), options);

        assertThat(said).isEqualTo(new Said(0, Files.readString(ANSWERS.resolve(answer)), ""));
    }

    @Test
    void endsWithACodeOfItsOwnWhereAPipelineAsks(@TempDir Path folder) {
        assertThat(advise(ANSWERS.resolve("mesh"), "-A --exit-code").code()).isEqualTo(3);
        assertThat(advise(folder, "-A --exit-code").code()).isZero();
    }

    @Test
    void nothingIsFoundInAnEmptyFolder(@TempDir Path folder) {
        assertThat(advise(folder, "-A")).isEqualTo(new Said(0, "No findings in all namespaces.\n", ""));
        assertThat(advise(folder, "-A -o yaml")).isEqualTo(new Said(0, "", ""));
    }

    private static Said advise(Path profiles, String options) {
        return Said.by(("advise --profiles " + profiles + " " + options).split(" "));
    }
}
