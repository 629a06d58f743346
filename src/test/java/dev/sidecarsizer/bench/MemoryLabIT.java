package dev.sidecarsizer.bench;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.cluster.Command;
import dev.sidecarsizer.cluster.PythonPackage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A short run of {@code bench/memory-lab}: real pilot-agent and Envoy in a container's cgroup. Needs root. */
@Tag("mesh")
class MemoryLabIT {

    private static final Path LAB = Path.of("bench", "memory-lab").toAbsolutePath();
    private static final long LIMIT = 128;
    private static final String ENVOY = "1.40.0";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"connection-flood, ours", "connection-flood, ours-peak", "slow-readers, ours-buffers"})
    void aBurstKillsTheDefaultAndNotOurs(String kind, String arm) throws IOException {
        MemoryLabParts.write(folder.resolve("parts.json"), List.of(LIMIT), List.of(ENVOY), MemoryLabParts.LIVE);

        new Command(
                        List.of(
                                PythonPackage.python(),
                                "-m",
                                "lab",
                                "--parts=" + folder.resolve("parts.json"),
                                "--out=" + folder,
                                "--runs=1",
                                "--limits=" + LIMIT,
                                "--envoys=" + ENVOY,
                                "--kinds=" + kind,
                                "--arms=default," + arm),
                        LAB)
                .run()
                .orThrow();

        Map<String, Map<String, String>> runs = runsByArm();
        assertThat(runs.get("default")).containsEntry("killed", "1");
        Map<String, String> ours = requireNonNull(runs.get(arm));
        assertThat(ours).containsEntry("killed", "0").containsEntry("ended", "0");
        assertThat(ours.get("recovered")).as("seconds until it serves again").isNotEmpty();
        assertThat(Double.parseDouble(ours.get("recovered"))).isLessThan(5);
    }

    @Test
    void itsPureParts() {
        Command.Outcome outcome =
                new Command(List.of(PythonPackage.python(), "-m", "unittest", "discover", "-s", "tests"), LAB).run();
        assertThat(outcome.ok()).as(outcome.err()).isTrue();
        assertThat(outcome.err()).containsPattern("Ran [1-9]");
    }

    private Map<String, Map<String, String>> runsByArm() throws IOException {
        List<List<String>> lines = Files.readAllLines(folder.resolve("runs.csv")).stream()
                .map(line -> Arrays.asList(line.split(",", -1)))
                .toList();
        Map<String, Map<String, String>> runs = new HashMap<>();
        for (List<String> line : lines.subList(1, lines.size())) {
            Map<String, String> run = new HashMap<>();
            // the last may be words of a log
            for (int column = 0; column < lines.getFirst().size() - 1; column++) {
                run.put(lines.getFirst().get(column), line.get(column));
            }
            runs.put(run.get("arm"), run);
        }
        return runs;
    }
}
