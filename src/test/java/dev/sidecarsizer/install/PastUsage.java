package dev.sidecarsizer.install;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Three days that end with the last midnight, as Prometheus has them: of each pod a minute of each fourth hour. */
final class PastUsage {

    private static final Duration PAST = Duration.ofDays(3);
    private static final Duration BETWEEN = Duration.ofHours(4);
    private static final int SAMPLES = 60;
    private static final long MEBIBYTE = 1024 * 1024;

    private final String namespace;
    private final Instant end = Instant.now().truncatedTo(ChronoUnit.DAYS);
    private final StringBuilder text = new StringBuilder();

    PastUsage(String namespace) {
        this.namespace = namespace;
    }

    /**
     * Adds a pod.
     *
     * @param ownerKind of its controller, as kube-state-metrics names it
     * @param mebibytes what it used at least; at most 6 more
     */
    PastUsage of(String pod, String ownerKind, String ownerName, int mebibytes) {
        String named = "{namespace=\"" + namespace + "\",pod=\"" + pod + "\",";
        StringBuilder owners = new StringBuilder();
        for (Instant hour = end.minus(PAST); hour.isBefore(end); hour = hour.plus(BETWEEN)) {
            for (int second = 1; second <= SAMPLES; second++) {
                long at = hour.getEpochSecond() + second;
                long used = (mebibytes + (hour.getEpochSecond() / 3600 + second) % 7) * MEBIBYTE;
                text.append("container_memory_working_set_bytes")
                        .append(named)
                        .append("container=\"istio-proxy\"} ")
                        .append(used)
                        .append(' ')
                        .append(at)
                        .append('\n');
            }
            owners.append("kube_pod_owner")
                    .append(named)
                    .append("owner_kind=\"")
                    .append(ownerKind)
                    .append("\",owner_name=\"")
                    .append(ownerName)
                    .append("\",owner_is_controller=\"true\"} 1 ")
                    .append(hour.getEpochSecond() + 30)
                    .append('\n');
        }
        text.append(owners);
        return this;
    }

    /** All of it, in OpenMetrics' format. */
    String text() {
        return text + "# EOF\n";
    }
}
