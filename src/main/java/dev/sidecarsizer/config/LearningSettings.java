package dev.sidecarsizer.config;

import dev.sidecarsizer.collect.Pace;
import dev.sidecarsizer.collect.envoy.DirectSettings;
import dev.sidecarsizer.collect.prometheus.PrometheusSettings;
import dev.sidecarsizer.collect.prometheus.Queries;
import dev.sidecarsizer.mesh.Bytes;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What can be set of the learning loop. Each setting is told in {@code docs/learning.md}; the rooms check their own.
 *
 * @param enabled whether this replica may lead and learn
 */
@ConfigurationProperties("sidecar-sizer.collect")
record LearningSettings(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("60s") Duration readInterval,
        @DefaultValue("15m") Duration writeInterval,
        @DefaultValue("50") int writesPerSecond,
        @DefaultValue("14d") Duration staleAfter,
        @DefaultValue("30d") Duration forgetAfter,
        @DefaultValue Prometheus prometheus,
        @DefaultValue Direct direct) {

    Pace pace() {
        return new Pace(readInterval, writeInterval, writesPerSecond, staleAfter, forgetAfter);
    }

    /**
     * Prometheus, where there is one.
     *
     * @param url {@code null} to do without
     * @param queries selectors in the place of the defaults, by name
     */
    record Prometheus(
            @Nullable URI url,
            @DefaultValue("1h") Duration window,
            @DefaultValue("2m") Duration delay,
            @DefaultValue("14d") Duration history,
            @DefaultValue("6") int windowsAtOnce,
            @DefaultValue("20000") int seriesAtOnce,
            @DefaultValue("2") int queriesAtOnce,
            @DefaultValue("") String matchers,
            @DefaultValue({"cluster", "cluster_id"}) List<String> clusterLabels,
            @DefaultValue("false") boolean partialAnswers,
            @DefaultValue Access access,
            @DefaultValue Map<String, String> queries) {

        Optional<PrometheusSettings> settings() {
            return Optional.ofNullable(url)
                    .map(there -> new PrometheusSettings(
                            there,
                            window,
                            delay,
                            history,
                            windowsAtOnce,
                            seriesAtOnce,
                            queriesAtOnce,
                            matchers,
                            clusterLabels,
                            partialAnswers,
                            access.settings(),
                            Queries.DEFAULT.with(queries)));
        }
    }

    /**
     * How to get in.
     *
     * @param caFile file with the authorities to trust, in PEM; {@code null} for the JDK's own
     */
    record Access(
            @DefaultValue("5s") Duration connectTimeout,
            @DefaultValue("60s") Duration timeout,
            @DefaultValue("5") int attempts,
            @DefaultValue("64Mi") String largestAnswer,
            @DefaultValue Map<String, String> headers,
            @Nullable Path tokenFile,
            @Nullable String user,
            @Nullable Path passwordFile,
            @Nullable Path caFile) {

        PrometheusSettings.Access settings() {
            return new PrometheusSettings.Access(
                    connectTimeout,
                    timeout,
                    attempts,
                    Bytes.parse(largestAnswer),
                    headers,
                    tokenFile,
                    user,
                    passwordFile);
        }
    }

    /** The way without Prometheus. */
    record Direct(
            @DefaultValue("30s") Duration interval,
            @DefaultValue("10m") Duration window,
            @DefaultValue("15090") int port,
            @DefaultValue("60") int podsPerMinute,
            @DefaultValue("2") int podsPerWorkload) {

        DirectSettings settings() {
            return new DirectSettings(interval, window, port, podsPerMinute, podsPerWorkload);
        }
    }
}
