package dev.sidecarsizer.advice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.mesh.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The model against {@code bench/configuration/data/runs.csv}: real istiod, real Envoy. */
class ConfigurationModelTest {

    /** The constant was fitted to these; all others are predictions. */
    private static final Set<String> FITTED = Set.of("100x1", "1000x50");

    private static final Percentage CLOSE = Percentage.withPercentage(20);

    /**
     * A measurement.
     *
     * @param live in use once the Sidecar was applied to the running proxy
     * @param fresh in use by one that was started under it
     */
    record Run(int services, int endpoints, int called, long clusters, long allocated, long live, long fresh) {

        boolean isFitted() {
            return FITTED.contains(services + "x" + endpoints);
        }

        long saved() {
            return ConfigurationModel.saved(new Bytes(allocated), clusters, 0L, called, 1)
                    .value();
        }
    }

    static List<Run> predicted() throws IOException {
        return runs().filter(run -> run.called > 0 && !run.isFitted()).toList();
    }

    @ParameterizedTest
    @MethodSource("predicted")
    void tellsWhatIsSaved(Run run) {
        assertThat(run.saved()).isCloseTo(run.allocated - run.live, CLOSE).isCloseTo(run.allocated - run.fresh, CLOSE);
    }

    @ParameterizedTest
    @MethodSource("predicted")
    void tellsWhatIsLeftInANewProxy(Run run) {
        assertThat(run.allocated - run.saved()).isCloseTo(run.fresh, CLOSE);
    }

    @Test
    void hasBeenShownMeshesOfAllSizes() throws IOException {
        assertThat(predicted()).hasSizeGreaterThanOrEqualTo(5);
        assertThat(runs().filter(Run::isFitted)).hasSize(FITTED.size());
    }

    @Test
    void savesNothingWhereThereIsNothingButWhatIsCalled() {
        assertThat(ConfigurationModel.saved(Bytes.mebi(40), 18, null, 5, 1)).isEqualTo(Bytes.ZERO);
        assertThat(ConfigurationModel.saved(Bytes.mebi(40), 0, null, 0, 1)).isEqualTo(Bytes.ZERO);
        assertThat(ConfigurationModel.saved(Bytes.mebi(1), 1009, null, 5, 1)).isEqualTo(Bytes.ZERO);
    }

    @Test
    void takesNoBufferForConfiguration() {
        assertThat(ConfigurationModel.saved(Bytes.mebi(900), 108, 1000L, 0, 1)).isEqualTo(Bytes.mebi(25));
    }

    private static Stream<Run> runs() throws IOException {
        return Files.readAllLines(Path.of("bench", "configuration", "data", "runs.csv")).stream()
                .skip(1)
                .map(line -> Arrays.stream(line.split(",", -1))
                        .mapToLong(Long::parseLong)
                        .toArray())
                .map(row -> new Run((int) row[0], (int) row[1], (int) row[2], row[4], row[5], row[7], row[8]));
    }
}
