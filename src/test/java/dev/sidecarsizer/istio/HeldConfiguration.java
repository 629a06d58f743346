package dev.sidecarsizer.istio;

import dev.sidecarsizer.install.Pause;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a proxy holds once its configuration stands still.
 *
 * @param clusters {@code cluster_manager.active_clusters}
 * @param listeners {@code listener_manager.total_listeners_active}
 * @param allocated bytes in use by Envoy
 */
record HeldConfiguration(long clusters, long listeners, long allocated) {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration STILL = Duration.ofSeconds(4);

    /** Looks until the number of clusters is between these, and neither it nor memory moves for some seconds. */
    static HeldConfiguration of(PilotAgent agent, long least, long most) {
        Instant deadline = Instant.now().plus(PATIENCE);
        HeldConfiguration before = new HeldConfiguration(0, 0, 0);
        Instant since = Instant.now();
        while (Instant.now().isBefore(deadline)) {
            HeldConfiguration now = look(agent);
            if (!now.isAsMuchAs(before)) {
                before = now;
                since = Instant.now();
            } else if (now.clusters >= least
                    && now.clusters <= most
                    && now.listeners > 1
                    && since.plus(STILL).isBefore(Instant.now())) {
                return now;
            }
            Pause.ofMillis(250);
        }
        throw new IllegalStateException("no configuration of " + least + " to " + most + " clusters stood still in "
                + PATIENCE.toSeconds() + " s, but " + before + "\n" + agent.log());
    }

    private boolean isAsMuchAs(HeldConfiguration other) {
        return clusters == other.clusters
                && listeners == other.listeners
                && Math.abs(allocated - other.allocated) < other.allocated / 100;
    }

    private static HeldConfiguration look(PilotAgent agent) {
        String stats = agent.envoy("/stats?filter=active_clusters%7Ctotal_listeners_active");
        String memory = agent.envoy("/memory");
        long allocated = memory.isEmpty()
                ? 0
                : JsonMapper.shared().readTree(memory).path("allocated").asLong(0);
        return new HeldConfiguration(
                number(stats, "cluster_manager.active_clusters"),
                number(stats, "listener_manager.total_listeners_active"),
                allocated);
    }

    private static long number(String stats, String name) {
        Matcher line = Pattern.compile(Pattern.quote(name) + ": (\\d+)").matcher(stats);
        return line.find() ? Long.parseLong(line.group(1)) : 0;
    }
}
