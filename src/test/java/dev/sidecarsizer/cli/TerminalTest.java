package dev.sidecarsizer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.SidecarSizerApplication;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Where it writes to. Colours are for eyes: on a terminal, where nobody asked for none. {@code script} makes one, as a shell would.
 */
class TerminalTest {

    private static final String ESCAPE = "\u001b[";

    @Test
    void aTerminalIsColoured() throws Exception {
        assertThat(review(true, Map.of("TERM", "xterm"))).contains(ESCAPE + "32m+          memory: \"192Mi\"");
    }

    @Test
    void aTerminalIsNotColouredWhereColoursAreUnwanted() throws Exception {
        assertThat(review(true, Map.of("TERM", "xterm", "NO_COLOR", "1")))
                .contains("192Mi")
                .doesNotContain(ESCAPE);
        assertThat(review(true, Map.of("TERM", "dumb"))).contains("192Mi").doesNotContain(ESCAPE);
    }

    @Test
    void aPipeIsNot() throws Exception {
        assertThat(review(false, Map.of("TERM", "xterm"))).contains("192Mi").doesNotContain(ESCAPE);
    }

    /** Half a Sidecar would be applied, and cut off what the other half names. */
    @Test
    void aFullDiskIsNoSuccess() throws Exception {
        Process process = new ProcessBuilder("sh", "-c", command() + " >/dev/full").start();
        try {
            process.getOutputStream().close();
            assertThat(new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("sidecar-sizer: not all could be written: standard output is full or closed\n");
            assertThat(process.waitFor()).isEqualTo(1);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static String command() {
        return Path.of(System.getProperty("java.home"), "bin", "java") + " -XX:TieredStopAtLevel=1 -cp '"
                + System.getProperty("java.class.path") + "' " + SidecarSizerApplication.class.getName()
                + " review -f docs/examples/review.json --profiles docs/examples/shop";
    }

    private static String review(boolean onTerminal, Map<String, String> environment)
            throws IOException, InterruptedException {
        String command = command();
        ProcessBuilder builder = new ProcessBuilder(
                onTerminal ? List.of("script", "-qec", command, "/dev/null") : List.of("sh", "-c", command));
        builder.environment().remove("NO_COLOR");
        builder.environment().putAll(environment);
        Process process = builder.redirectErrorStream(true).start();
        try {
            process.getOutputStream().close();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }
}
