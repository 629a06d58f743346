package dev.sidecarsizer.audit.board;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.store.SidecarProfile;
import dev.sidecarsizer.store.StoredProfile;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One workload in a table of thousands.
 *
 * @param object {@code namespace/name} of its profile
 * @param status where it stands
 * @param live most that one of them uses now; {@code null} where not known
 * @param causes what was found, as the profile orders it
 * @param daily its last days
 * @param lastSample when use was last seen; {@code null} where never
 * @param lastDecision when a pod was last decided on; {@code null} where never
 * @param packed all that the profile says
 */
public record Row(
        String object,
        WorkloadStatus status,
        @Nullable Bytes live,
        List<Cause> causes,
        Daily daily,
        @Nullable Instant lastSample,
        @Nullable Instant lastDecision,
        Packed packed) {

    /** A share of the limit beyond which a proxy is at risk. */
    private static final double RISKY = 0.8;

    /**
     * A finding.
     *
     * @param type its word
     * @param size what its fix gives back of one proxy; zero where that is not known
     */
    public record Cause(String type, Bytes size) {}

    /** The row of a workload as a whole; empty for a prior, or a profile of a part of a workload. */
    static Optional<Row> of(StoredProfile profile) {
        return WorkloadStatus.of(profile).map(status -> of(profile, status));
    }

    private static Row of(StoredProfile profile, WorkloadStatus status) {
        SidecarProfile.Observed observed = profile.status().observed();
        return new Row(
                profile.profile().name(),
                status,
                profile.profile().observed().live(),
                causes(profile.status().findings()),
                Daily.of(observed),
                instant(observed == null ? null : observed.lastSample()),
                profile.decisions().stream()
                        .map(one -> instant(one.lastSeen()))
                        .filter(Objects::nonNull)
                        .map(Objects::requireNonNull)
                        .max(Comparator.naturalOrder())
                        .orElse(null),
                Packed.of(profile.status()));
    }

    /** Whether what was used comes so near to the limit that a little more would be a kill. */
    public boolean isAtRisk() {
        Bytes peak = status.peak();
        Bytes limit = status.now().limit();
        return peak != null && limit != null && peak.value() >= RISKY * limit.value();
    }

    /** All that its profile says. */
    public SidecarProfile.Status told() {
        return packed.status();
    }

    /** A time as it is stored; {@code null} where it is none. */
    public static @Nullable Instant instant(@Nullable String time) {
        try {
            return time == null ? null : Instant.parse(time);
        } catch (DateTimeException strange) {
            return null;
        }
    }

    private static List<Cause> causes(@Nullable List<SidecarProfile.@Nullable Finding> findings) {
        return StoredProfile.present(findings).stream()
                .map(one -> new Cause(
                        Objects.requireNonNullElse(one.kind(), "?").intern(),
                        Objects.requireNonNullElse(Bytes.orNull(one.size()), Bytes.ZERO)))
                .toList();
    }
}
