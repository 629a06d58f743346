package dev.sidecarsizer.cli.backtest;

import dev.sidecarsizer.mesh.Bytes;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a pod comes with, and what our own strategy aims at. */
final class TermOptions {

    private static final String WHOLE = "${DEFAULT-VALUE}";

    @Option(
            names = "--default-request",
            defaultValue = "128Mi",
            paramLabel = "MEMORY",
            description = "What a pod comes with. Default: " + WHOLE + ", Istio's.")
    private Bytes defaultRequest = Bytes.ZERO;

    @Option(
            names = "--default-limit",
            defaultValue = "1Gi",
            paramLabel = "MEMORY",
            description = "What a pod comes with. Default: " + WHOLE + ", Istio's.")
    private Bytes defaultLimit = Bytes.ZERO;

    @Option(
            names = "--risk",
            defaultValue = "0.001",
            paramLabel = "SHARE",
            description = "ours: accepted chance of an OOM kill per pod and week. Default: " + WHOLE + ".")
    private double risk;

    @Option(names = "--headroom", paramLabel = "FACTOR", description = "ours: a fixed factor instead of --risk.")
    private @Nullable Double headroom;

    @Option(
            names = "--floor",
            defaultValue = "64Mi",
            paramLabel = "MEMORY",
            description = "ours: no limit below. Default: " + WHOLE + ".")
    private Bytes floor = Bytes.ZERO;

    @Option(
            names = "--ceiling",
            defaultValue = "1Gi",
            paramLabel = "MEMORY",
            description = "ours: no limit above. Default: " + WHOLE + ".")
    private Bytes ceiling = Bytes.ZERO;

    @Option(
            names = "--min-history",
            defaultValue = "24h",
            paramLabel = "TIME",
            description = "ours: with less, a pod is left as it comes. Default: " + WHOLE + ".")
    private Duration minHistory = Duration.ZERO;

    /** The first option that is out of bounds, with its value, its bound and the remedy. */
    Optional<String> fault() {
        if (!(risk > 0 && risk <= 0.5)) {
            return Optional.of("--risk " + risk + " must be more than 0 and at most 0.5, such as 0.001");
        }
        if (headroom != null && !(headroom >= 1 && Double.isFinite(headroom))) {
            return Optional.of("--headroom " + headroom + " must be 1 or more, such as 1.2");
        }
        if (floor.isMore(ceiling)) {
            return Optional.of("--floor " + floor + " is above --ceiling " + ceiling + ": lower it");
        }
        if (defaultRequest.value() == 0 || defaultRequest.isMore(defaultLimit)) {
            return Optional.of("--default-request " + defaultRequest
                    + " must be more than 0 and at most --default-limit " + defaultLimit);
        }
        return Optional.empty();
    }

    /**
     * What they say, all of them.
     *
     * @param window length of the windows that are seen
     * @param measurements behind each sample that is seen
     */
    Terms terms(Duration window, double measurements) {
        return new Terms(
                defaultRequest,
                defaultLimit,
                risk,
                headroom == null ? OptionalDouble.empty() : OptionalDouble.of(headroom),
                floor,
                ceiling,
                minHistory,
                window,
                measurements);
    }
}
