package dev.sidecarsizer.advice;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.profile.Finding.Confidence;
import dev.sidecarsizer.profile.Finding.Evidence;
import dev.sidecarsizer.profile.ProxyFacts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Open connections take much of what Envoy uses: {@value #LEAST_CONNECTIONS} or more, and a quarter of it or more by {@value
 * #KIBIBYTES_EACH} KiB each. That is what one costs that is kept open and idle: 16.0 to 17.4 KiB in nine of eleven runs of
 * the memory lab with 2,500 to 16,000 of them (kind {@code idle-keepalive}); requests in flight cost more.
 */
final class ManyConnections implements Rule {

    static final long LEAST_CONNECTIONS = 1000;
    private static final long KIBIBYTES_EACH = 16;
    private static final long EACH = KIBIBYTES_EACH << 10;
    private static final int QUARTER = 4;

    /** Where it is not known how often they are used. */
    private static final Duration USUAL = Duration.ofMinutes(5);

    @Override
    public Answer judge(Known known) {
        Long connections = known.facts().load().connections();
        Bytes allocated = known.facts().memory().allocated();
        if (connections == null || allocated == null) {
            return Rule.lacks(
                    new Need("envoy_server_total_connections", connections),
                    new Need("envoy_server_memory_allocated", allocated));
        }
        Bytes cost = new Bytes(Math.min(connections, Integer.MAX_VALUE) * EACH).atMost(allocated);
        boolean few = connections < LEAST_CONNECTIONS || cost.value() < allocated.value() / QUARTER;
        if (few || areUsed(connections, known.facts().load().requestRate())) {
            return Rule.healthy();
        }
        return new Answer.Found(
                cost.times(1),
                Confidence.ESTIMATED,
                connections + " open connections take " + Text.mebi(cost) + " of the " + Text.mebi(allocated)
                        + " in use, if they are idle; more if not: an idle timeout closes those that nobody uses",
                List.of(
                        new Evidence(
                                "connections",
                                connections.toString(),
                                "envoy_server_total_connections, envoy_cluster_upstream_cx_active"),
                        new Evidence("each, idle", KIBIBYTES_EACH + " KiB", "docs/memory-lab.md"),
                        new Evidence("in use", Text.mebi(allocated), "envoy_server_memory_allocated")),
                fix(known));
    }

    /** Once a minute or more, each: no idle timeout would close them. */
    private static boolean areUsed(long connections, @Nullable Double requestRate) {
        return requestRate != null && requestRate * Duration.ofMinutes(1).toSeconds() >= connections;
    }

    /** After which an unused one should be closed. */
    static Duration idleTimeout(ProxyFacts facts) {
        return Objects.requireNonNullElse(facts.load().idleTimeout(), USUAL);
    }

    /** Raw TCP is cut too by that annotation: only where none was seen can it be given away so. */
    private static String fix(Known known) {
        List<String> lines = new ArrayList<>();
        long idle = idleTimeout(known.facts()).toSeconds();
        if (Boolean.FALSE.equals(known.facts().traffic().rawTcp())) {
            lines.addAll(List.of(
                    "# in the pod template: closes what nobody used for so long, both ways",
                    "annotations: {sidecar-sizer.dev/idle-timeout: " + idle + "s}",
                    "---"));
        }
        lines.addAll(List.of(
                "# the way out, made by the DestinationRules that are there: sidecar-sizer advise --namespace "
                        + known.workload().namespace() + " --output yaml",
                "# it adds to the rule of each service that is called what that lacks of",
                "trafficPolicy: {connectionPool: {tcp: {maxConnections: "
                        + known.facts().load().connections() + "}, http: {idleTimeout: " + idle + "s}}}"));
        return String.join("\n", lines);
    }
}
