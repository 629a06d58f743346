package dev.sidecarsizer.collect.envoy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.sidecarsizer.cluster.MemoryCgroup;
import dev.sidecarsizer.mesh.Bytes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** A real Envoy in a cgroup, killed by the kernel for want of memory. Needs root. */
public final class KilledEnvoy {

    private static final int KILLED = 137;
    private static final int MOST_CLIENTS = 600;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private KilledEnvoy() {}

    /** Lets it hold bodies that nobody reads until the kernel has had enough; tells when, as a kubelet would. */
    public static Instant at(Bytes limit, Path folder) throws IOException {
        // its pages are then charged to nobody in the cgroup: at the limit the kernel would drop them and read them
        // again, for minutes, before it kills
        Files.copy(RealEnvoy.program(), OutputStream.nullOutputStream());
        try (MemoryCgroup cgroup = MemoryCgroup.ofLimit(limit.value());
                SlowReaders readers = new SlowReaders();
                RealEnvoy envoy = RealEnvoy.start(folder, readers.upstream(), cgroup::inside)) {
            assertThat(cgroup.usage()).isPositive().isLessThan(limit.value());
            assertThat(cgroup.oomKills()).isZero();

            for (int i = 0; i < MOST_CLIENTS && envoy.isAlive(); i++) {
                readers.ask(envoy.traffic());
            }

            assertThat(envoy.awaitExit(PATIENCE)).isEqualTo(KILLED);
            Instant at = Instant.now().truncatedTo(ChronoUnit.SECONDS);
            assertThat(cgroup.oomKills()).isPositive();
            assertThat(cgroup.peak()).isCloseTo(limit.value(), withPercentage(5));
            return at;
        }
    }
}
