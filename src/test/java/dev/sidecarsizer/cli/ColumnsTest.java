package dev.sidecarsizer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ColumnsTest {

    @Test
    void areAsWideAsTheirWidestCell() {
        assertThat(Columns.align(
                        List.of(List.of("NAME", "PODS", "SAYS"), List.of("größer", "1", "")), column -> column == 1))
                .containsExactly("NAME    PODS  SAYS", "größer     1");
    }

    @Test
    void showWhatAStrangerWroteAsText() {
        assertThat(Columns.align(List.of(List.of("a\u001b[31m\nb\u202e", "c")))).containsExactly("a?[31m?b?  c");
    }

    /** Names come from files and from Prometheus, which take any. */
    @Test
    void holdForRecordedNamesToo(@TempDir Path folder) throws IOException {
        StringBuilder rows = new StringBuilder("timestamp,workload,pod,bytes\n");
        for (int i = 0; i < 400; i++) {
            rows.append(1_700_000_000L + i * 300L).append(",shop/Deployment/a\u001b[31mb,a-1,52428800\n");
        }
        Files.writeString(folder.resolve("a.csv"), rows);

        for (String form : List.of("wide", "csv")) {
            Said said = Said.by("backtest", "--from", folder.toString(), "--strategy", "p95", "-o", form);
            assertThat(said.out()).contains("shop/Deployment/a?[31mb").doesNotContain("\u001b");
        }
    }
}
