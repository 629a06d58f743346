package dev.sidecarsizer.audit.board;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.MemoryProfile.Recommendation;
import dev.sidecarsizer.profile.Subject;
import dev.sidecarsizer.store.SidecarProfile;
import dev.sidecarsizer.store.SidecarProfile.Resources;
import dev.sidecarsizer.store.StoredProfile;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where one workload stands.
 *
 * @param workload which
 * @param pods that ran in the last window; one where that is not recorded
 * @param standing what became of its last pod
 * @param reason the word of that decision; empty where there is none yet
 * @param before memory that a pod comes with: as the last one did, else Istio's default
 * @param recommended what the leader concluded; {@code null} while it has not
 * @param peak highest use seen; {@code null} where not known
 * @param oomKills remembered
 * @param conditions types of those that hold
 */
public record WorkloadStatus(
        WorkloadKey workload,
        int pods,
        Standing standing,
        String reason,
        Memory before,
        @Nullable Memory recommended,
        @Nullable Bytes peak,
        int oomKills,
        List<String> conditions) {

    private static final Memory ISTIO_DEFAULT = new Memory(Bytes.mebi(128), Bytes.mebi(1024));

    /** What became of a workload's last pod. */
    public enum Standing {
        SIZED,
        AUDITED,
        KEPT,
        UNDECIDED
    }

    /** Where the workload of {@code profile} stands; empty for a prior, or a profile of a part of a workload. */
    public static Optional<WorkloadStatus> of(StoredProfile profile) {
        if (!(profile.subject() instanceof Subject.OfWorkload of)
                || !of.equals(Subject.OfWorkload.whole(of.workload()))) {
            return Optional.empty();
        }
        SidecarProfile.Status status = profile.status();
        SidecarProfile.Decision last = profile.decisions().stream()
                .max(Comparator.comparing(one -> Objects.requireNonNullElse(one.lastSeen(), "")))
                .orElse(null);
        Recommendation recommendation = profile.profile().recommendation();
        Integer pods = status.observed() == null ? null : status.observed().pods();
        return Optional.of(new WorkloadStatus(
                of.workload(),
                pods == null ? 1 : Math.max(0, pods),
                standing(last),
                last == null ? "" : Objects.requireNonNullElse(last.reason(), "?"),
                before(last),
                recommendation == null
                        ? null
                        : new Memory(recommendation.memoryRequest(), recommendation.memoryLimit()),
                profile.profile().observed().peak(),
                profile.profile().observed().oomKills(),
                profile.conditions().stream()
                        .filter(one -> "True".equals(one.status()) && one.type() != null)
                        .map(one -> String.valueOf(one.type()))
                        .toList()));
    }

    private static Standing standing(SidecarProfile.@Nullable Decision last) {
        if (last == null) {
            return Standing.UNDECIDED;
        }
        if (!"Resize".equals(last.decision())) {
            return Standing.KEPT;
        }
        return "enforce".equals(last.mode()) ? Standing.SIZED : Standing.AUDITED;
    }

    private static Memory before(SidecarProfile.@Nullable Decision last) {
        Resources came = last == null ? null : last.before();
        if (came == null || came.memoryRequest() == null || came.memoryLimit() == null) {
            return ISTIO_DEFAULT;
        }
        try {
            return new Memory(Bytes.parse(came.memoryRequest()), Bytes.parse(came.memoryLimit()));
        } catch (IllegalArgumentException strange) {
            return ISTIO_DEFAULT;
        }
    }
}
