package dev.sidecarsizer.cli.backtest;

import dev.sidecarsizer.collect.prometheus.Authorities;
import dev.sidecarsizer.collect.prometheus.Dropped;
import dev.sidecarsizer.collect.prometheus.PrometheusSettings;
import dev.sidecarsizer.collect.prometheus.PrometheusSettings.Access;
import dev.sidecarsizer.collect.prometheus.PrometheusUsage;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Where the history comes from: exactly one of both. */
final class Input {

    @Option(
            names = "--from",
            required = true,
            paramLabel = "PATH",
            description =
                    "Recorded samples, a file or a folder: *.csv with the columns timestamp, workload, pod, bytes;"
                            + " *.om, *.openmetrics, *.prom, *.txt as Prometheus writes text; each perhaps with .gz.")
    @Nullable
    Path from;

    @ArgGroup(exclusive = false)
    @Nullable
    Server server;

    /** A Prometheus, and how to get in. */
    static final class Server {

        private static final int MOST_STEPS_AT_ONCE = 1000;

        @Option(
                names = "--prometheus",
                required = true,
                paramLabel = "URL",
                description = "Read what this Prometheus remembers of the proxies' working sets.")
        URI url = URI.create("");

        @Option(
                names = "--history",
                defaultValue = "14d",
                paramLabel = "TIME",
                description = "With --prometheus: how far back. Default: ${DEFAULT-VALUE}.")
        Duration history = Duration.ZERO;

        @Option(
                names = "--step",
                defaultValue = "5m",
                paramLabel = "TIME",
                description = "With --prometheus: one sample for each such time, the highest in it."
                        + " Default: ${DEFAULT-VALUE}.")
        Duration step = Duration.ZERO;

        @Option(
                names = "--matchers",
                defaultValue = "",
                paramLabel = "MATCHERS",
                description = "With --prometheus: label matchers for every series, such as cluster=\"prod\".")
        String matchers = "";

        @Option(
                names = "--token-file",
                paramLabel = "FILE",
                description = "With --prometheus: file with a bearer token.")
        @Nullable
        Path tokenFile;

        @Option(
                names = "--header",
                paramLabel = "NAME=VALUE",
                description = "With --prometheus: a further header, such as X-Scope-OrgID=team. May be repeated.")
        Map<String, String> headers = new LinkedHashMap<>();

        @Option(
                names = "--ca-file",
                paramLabel = "FILE",
                description = "With --prometheus: PEM file of the authorities to trust instead of the JDK's.")
        @Nullable
        Path caFile;

        /**
         * Ready to be read.
         *
         * @throws IllegalArgumentException naming the option, its value, its bound and the remedy
         */
        PrometheusUsage usage() {
            if (step.isZero()) {
                throw new IllegalArgumentException("--step 0s is too short: give 1s or more, such as 5m");
            }
            PrometheusSettings plain = PrometheusSettings.of(URI.create("http://localhost"));
            Access access = Access.DEFAULT;
            try {
                PrometheusSettings settings = new PrometheusSettings(
                        url,
                        step,
                        plain.delay(),
                        history,
                        // a day of each pod in one answer; what is too much is asked for by halves
                        (int) Math.max(
                                1,
                                Math.min(MOST_STEPS_AT_ONCE, Duration.ofDays(1).dividedBy(step))),
                        plain.seriesAtOnce(),
                        plain.queriesAtOnce(),
                        matchers,
                        plain.clusterLabels(),
                        plain.partialAnswers(),
                        new Access(
                                access.connectTimeout(),
                                access.timeout(),
                                access.attempts(),
                                access.largestAnswer(),
                                headers,
                                tokenFile,
                                null,
                                null),
                        plain.queries());
                return new PrometheusUsage(settings, Authorities.in(caFile), new Dropped());
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(asOptions(String.valueOf(e.getMessage())), e);
            } catch (RuntimeException e) {
                throw new IllegalArgumentException(
                        "--ca-file " + caFile + " is no PEM file of certificates: " + e.getMessage(), e);
            }
        }

        /** A message with options where it names the properties of the serving process. */
        static String asOptions(String message) {
            return message.replace(PrometheusSettings.PREFIX + "url", "--prometheus")
                    .replace(PrometheusSettings.PREFIX + "window", "--step")
                    .replace(PrometheusSettings.PREFIX + "history", "--history")
                    .replace(PrometheusSettings.PREFIX + "matchers", "--matchers")
                    .replace(PrometheusSettings.PREFIX + "access.headers", "--header")
                    .replace(PrometheusSettings.PREFIX + "access.token-file", "--token-file")
                    .replace(PrometheusSettings.PREFIX + "access.ca-file", "--ca-file");
        }
    }
}
