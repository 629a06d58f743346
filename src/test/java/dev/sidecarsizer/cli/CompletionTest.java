package dev.sidecarsizer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a real bash makes of the script. */
class CompletionTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"re, 1, review", "ex, 1, explain", "review --e, 2, --exit-code", "explain --prof, 2, --profiles"})
    void bashCompletesCommandsAndOptions(String typed, int word, String completed) throws Exception {
        Path script = Files.writeString(
                folder.resolve("completion"), Said.by("completion", "bash").out());

        String answer = bash("source " + script + "; COMP_WORDS=(sidecar-sizer " + typed + "); COMP_CWORD=" + word
                + "; _complete_sidecar-sizer; echo ${COMPREPLY[@]}");

        assertThat(answer.strip().split(" ")).contains(completed);
    }

    @Test
    void anotherShellIsNotUnderstood() {
        assertThat(Said.by("completion", "fish").code()).isEqualTo(2);
        assertThat(Said.by("completion", "zsh").out()).contains("bashcompinit");
    }

    /** Outside of a shell that completes there is one complaint more, on standard error. */
    private static String bash(String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("bash", "-c", command).start();
        try {
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }
}
