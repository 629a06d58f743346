package dev.sidecarsizer.collect.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sidecarsizer.cluster.Progress;
import dev.sidecarsizer.cluster.Prometheus;
import dev.sidecarsizer.cluster.Thanos;
import dev.sidecarsizer.collect.SourceFailed;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Through a Thanos, in front of Prometheus 3. */
class BackfilledThanosIT extends BackfilledPrometheus {

    private static final List<String> GONE = List.of("127.0.0.1:1");

    private Thanos thanos;

    BackfilledThanosIT() {
        super(Prometheus.THREE);
    }

    @BeforeAll
    void startThanos(@TempDir Path folder) {
        thanos = new Thanos(super.url(), List.of(), folder, Progress.onConsole());
    }

    @AfterAll
    void endThanos() {
        if (thanos != null) {
            thanos.close();
        }
    }

    @Override
    URI url() {
        return thanos.url();
    }

    @Test
    void withAStoreGoneNothingIsRead(@TempDir Path folder) {
        Taken taken = new Taken();
        try (Thanos lacking = new Thanos(super.url(), GONE, folder, Progress.onConsole())) {
            PrometheusSettings settings = settings(lacking.url(), false, "cluster=\"prod\"", 6, 20_000);
            PrometheusUsage usage = new PrometheusUsage(settings, null, new Dropped(), wait -> {});
            assertThatThrownBy(() -> usage.read(BEGIN, NOW, taken))
                    .isInstanceOfSatisfying(SourceFailed.class, failed -> assertThat(failed.lasting())
                            .isFalse())
                    .hasMessageContaining("connection refused")
                    .hasMessageContaining("partial-answers=true");
        }
        assertThat(taken.ends).isEmpty();
    }

    @Test
    void withAStoreGoneTheOthersAreReadWhereThatIsAllowed(@TempDir Path folder) {
        Taken taken = new Taken();
        try (Thanos lacking = new Thanos(super.url(), GONE, folder, Progress.onConsole())) {
            usage(settings(lacking.url(), true, "cluster=\"prod\"", 6, 20_000)).read(BEGIN, NOW, taken);
        }
        assertThat(taken.windows()).containsExactlyInAnyOrderElementsOf(expected(BEGIN));
    }
}
