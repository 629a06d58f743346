package dev.sidecarsizer.collect.envoy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sidecarsizer.collect.LivePod;
import dev.sidecarsizer.collect.SomePod;
import dev.sidecarsizer.profile.ProxyOverload;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A real Envoy's words for refusing traffic, and for how near it is to that, are those that are listened to. */
class SheddingEnvoyIT {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final LivePod POD =
            SomePod.named("shop", "reviews-1").ip("127.0.0.1").build();

    @ParameterizedTest
    @CsvSource({"1000000, 1, 1, 10, 1", "1000000000, 0, 0, 0.05, 0"})
    void saysWhetherItRefusesTraffic(
            long heap, double share, double least, double most, double shrinks, @TempDir Path folder)
            throws IOException {
        try (SlowReaders readers = new SlowReaders();
                RealEnvoy envoy = RealEnvoy.start(folder, readers.upstream(), RealEnvoy.overloaded(heap));
                StatsReader stats = new StatsReader(envoy.stats(), PATIENCE)) {
            await().atMost(PATIENCE).untilAsserted(() -> {
                ProxyOverload told = stats.read(POD).overload();
                assertThat(told.shedding()).isNotNull().isEqualTo(share);
                assertThat(told.pressure()).isNotNull().isBetween(least, most);
                assertThat(told.shrinksPerHour()).isNotNull().isEqualTo(shrinks);
            });
        }
    }
}
