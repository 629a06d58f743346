package dev.sidecarsizer.sizing;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Relief;
import dev.sidecarsizer.profile.Rollout.Plan;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an operator allows, from one {@code SidecarPolicy}.
 *
 * @param name {@code namespace/name} of the object, {@code default} where no policy applies
 * @param oomRisk accepted chance of an OOM kill per pod and week, above 0 and at most 0.5, for which the leader calibrates
 *     its recommendations; {@code null} where the operator named a {@code headroom} and no risk: then they are the peak
 *     times that factor
 * @param headroom factor kept above what live pods use, at least 1
 * @param floor no limit below
 * @param ceiling no limit above
 * @param minHistory history without which a profile is not used
 * @param rollout which share of new pods is sized first; {@code null} where all are at once
 * @param httpIdleTimeout when idle HTTP connections are closed; {@code null} to leave it alone
 * @param tcpIdleTimeout when idle raw TCP connections may be closed; {@code null} for never
 * @param overload whether an overload manager is written
 * @param gateways whether gateways are sized too
 * @param groupBy pod labels whose values name the workload, where owners' names are unique every time
 * @param oomLoop how far we may go for a running pod whose proxy is killed again and again, or refuses traffic
 * @param fault why it must not be used, naming field, value and remedy; {@code null} where it is sound
 */
public record SizingPolicy(
        String name,
        @Nullable Double oomRisk,
        double headroom,
        Bytes floor,
        Bytes ceiling,
        Duration minHistory,
        @Nullable Plan rollout,
        @Nullable Duration httpIdleTimeout,
        @Nullable Duration tcpIdleTimeout,
        boolean overload,
        boolean gateways,
        List<String> groupBy,
        Relief oomLoop,
        @Nullable String fault) {

    /** What holds without any policy. */
    public static final SizingPolicy DEFAULT = new SizingPolicy(
            "default",
            0.001,
            1.2,
            Bytes.mebi(64),
            Bytes.mebi(1024),
            Duration.ofDays(1),
            null,
            Duration.ofMinutes(5),
            null,
            true,
            false,
            List.of(),
            Relief.TELL,
            null);

    /** {@link #DEFAULT} under another name, that must not be used for {@code fault}. */
    public static SizingPolicy faulty(String name, String fault) {
        return new SizingPolicy(
                name,
                DEFAULT.oomRisk,
                DEFAULT.headroom,
                DEFAULT.floor,
                DEFAULT.ceiling,
                DEFAULT.minHistory,
                null,
                null,
                null,
                false,
                false,
                List.of(),
                Relief.TELL,
                fault);
    }
}
