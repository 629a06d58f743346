package dev.sidecarsizer.cluster;

import java.nio.file.Path;
import java.util.List;

/** The versions of Prometheus that tests read from. */
public enum Prometheus {
    /** What is on the PATH, or else Debian's, which is of major version 2. */
    AT_HAND {
        @Override
        public Path server(Progress progress) {
            return atHand(SERVER, progress);
        }
    },
    /** What the part pins. */
    THREE {
        @Override
        public Path server(Progress progress) {
            return GoPart.named("prometheus-3").build("github.com/prometheus/prometheus/cmd/prometheus", progress);
        }
    };

    private static final String SERVER = "prometheus";
    private static final String TOOL = "promtool";

    /**
     * Its server, fetched or built if it is not there.
     *
     * @throws PartMissing where it cannot be had
     */
    public abstract Path server(Progress progress);

    /** {@code promtool}, whose blocks every version reads. */
    public static Path tool(Progress progress) {
        return atHand(TOOL, progress);
    }

    private static Path atHand(String program, Progress progress) {
        return Guard.onPath(program).orElseGet(() -> new DebianPackage(SERVER)
                .programs(List.of(SERVER, TOOL), progress)
                .resolve(program));
    }
}
