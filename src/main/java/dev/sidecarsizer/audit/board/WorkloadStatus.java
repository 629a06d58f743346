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
 * @param now memory that its pods have: what the last of them was given where it was sized, else what it came with
 * @param recommended what the leader concluded; {@code null} while it has not
 * @param decided what its last pod was given, or in audit would have been; {@code null} where it stays as it came
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
        Memory now,
        @Nullable Memory recommended,
        @Nullable Memory decided,
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
        Standing standing = standing(last);
        Memory before = memory(last == null ? null : last.before()).orElse(ISTIO_DEFAULT);
        return Optional.of(new WorkloadStatus(
                of.workload(),
                pods == null ? 1 : Math.max(0, pods),
                standing,
                last == null
                        ? ""
                        : Objects.requireNonNullElse(last.reason(), "?").intern(),
                before,
                standing == Standing.SIZED && last != null
                        ? memory(last.after()).orElse(before)
                        : before,
                recommendation == null
                        ? null
                        : new Memory(recommendation.memoryRequest(), recommendation.memoryLimit()),
                memory(last == null ? null : last.after()).orElse(null),
                profile.profile().observed().peak(),
                profile.profile().observed().oomKills(),
                profile.conditions().stream()
                        .filter(one -> "True".equals(one.status()) && one.type() != null)
                        .map(one -> String.valueOf(one.type()).intern())
                        .toList()));
    }

    /**
     * What a new pod would get: as the last one, whose owner, policy and namespace have had their say, else what is
     * recommended; {@code null} where that is not known.
     */
    public @Nullable Memory next() {
        return decided == null ? recommended : decided;
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

    private static Optional<Memory> memory(@Nullable Resources stored) {
        if (stored == null || stored.memoryRequest() == null || stored.memoryLimit() == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Memory(Bytes.parse(stored.memoryRequest()), Bytes.parse(stored.memoryLimit())));
        } catch (IllegalArgumentException strange) {
            return Optional.empty();
        }
    }
}
