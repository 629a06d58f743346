package dev.sidecarsizer.collect.envoy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sidecarsizer.collect.LivePod;
import dev.sidecarsizer.collect.SomePod;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A real Envoy's word for refusing traffic is the one that is listened to. */
class SheddingEnvoyIT {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final LivePod POD =
            SomePod.named("shop", "reviews-1").ip("127.0.0.1").build();

    @ParameterizedTest
    @CsvSource({"1000000, 1", "1000000000, 0"})
    void saysWhetherItRefusesTraffic(long heap, double share, @TempDir Path folder) throws IOException {
        try (SlowReaders readers = new SlowReaders();
                RealEnvoy envoy = RealEnvoy.start(folder, readers.upstream(), command -> with(heap, command));
                StatsReader stats = new StatsReader(envoy.stats(), PATIENCE)) {
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(stats.read(POD).shedding()).isNotNull().isEqualTo(share));
        }
    }

    private static List<String> with(long heap, List<String> command) {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of("--config-yaml", overload(heap)));
        return all;
    }

    /** As our override has it, for a heap of so many bytes. */
    private static String overload(long heap) {
        return """
                overload_manager:
                  refresh_interval: 0.25s
                  resource_monitors:
                  - name: envoy.resource_monitors.fixed_heap
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.resource_monitors.fixed_heap.v3.FixedHeapConfig
                      max_heap_size_bytes: %d
                  loadshed_points:
                  - name: envoy.load_shed_points.tcp_listener_accept
                    triggers: [{name: envoy.resource_monitors.fixed_heap, threshold: {value: 0.95}}]
                """
                .formatted(heap);
    }
}
