package dev.sidecarsizer.audit.board;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.MemoryProfile.Recommendation;
import dev.sidecarsizer.profile.Running;
import dev.sidecarsizer.profile.Subject;
import dev.sidecarsizer.profile.Verdict.Withdraw;
import dev.sidecarsizer.sizing.Decision.Origin;
import dev.sidecarsizer.store.SidecarProfile;
import dev.sidecarsizer.store.SidecarProfile.Resources;
import dev.sidecarsizer.store.StoredProfile;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Where one workload stands.
 *
 * @param workload which
 * @param pods that run; those that ran in the last window where that is not recorded, and one where neither is
 * @param running those that run, by what became of them; {@link Running#NONE} where that is not recorded
 * @param standing what became of its last pod
 * @param reason the word of that decision; empty where there is none yet
 * @param before memory that a pod comes with: as the last one did, else Istio's default
 * @param now memory that its last pod has: what it was given where it was sized, else what it came with
 * @param reserved memory that all its pods have together: those that run unsized what they came with
 * @param recommended what the leader concluded; {@code null} while it has not
 * @param decided what its last pod was given, or in audit would have been; {@code null} where it stays as it came
 * @param peak highest use seen; {@code null} where not known
 * @param oomKills remembered
 * @param conditions types of those that hold
 * @param withdrawn how the guard took sizing back; {@code null} where it did not
 */
public record WorkloadStatus(
        WorkloadKey workload,
        int pods,
        Running running,
        Standing standing,
        String reason,
        Memory before,
        Memory now,
        Memory reserved,
        @Nullable Memory recommended,
        @Nullable Memory decided,
        @Nullable Bytes peak,
        int oomKills,
        List<String> conditions,
        @Nullable Withdraw withdrawn) {

    /** What a stranger wrote must not overflow a sum. */
    private static final int MOST_PODS = 50_000;

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
        SidecarProfile.Decision last = last(profile, one -> true);
        Recommendation recommendation = profile.profile().recommendation();
        Standing standing = standing(last);
        Memory before = memory(last == null ? null : last.before()).orElse(Memory.OF_ISTIO);
        Memory decided = memory(last == null ? null : last.after()).orElse(null);
        Memory now = standing == Standing.SIZED && decided != null ? decided : before;
        Running running = running(profile.status().running());
        int pods = running.pods() > 0 ? running.pods() : pods(profile.status().observed());
        return Optional.of(new WorkloadStatus(
                of.workload(),
                pods,
                running,
                standing,
                last == null
                        ? ""
                        : Objects.requireNonNullElse(last.reason(), "?").intern(),
                before,
                now,
                running.pods() > 0 ? reserved(profile, running, last, before, now) : now.times(pods),
                recommendation == null
                        ? null
                        : new Memory(recommendation.memoryRequest(), recommendation.memoryLimit()),
                decided,
                profile.profile().observed().peak(),
                profile.profile().observed().oomKills(),
                profile.conditions().stream()
                        .filter(one -> "True".equals(one.status()) && one.type() != null)
                        .map(one -> String.valueOf(one.type()).intern())
                        .toList(),
                profile.profile().verdict() instanceof Withdraw withdrawn ? withdrawn : null));
    }

    /**
     * What a new pod would get: as the last one, whose owner, policy and namespace have had their say, else what is
     * recommended; what it comes with while sizing is withdrawn; {@code null} where that is not known.
     */
    public @Nullable Memory next() {
        if (withdrawn != null) {
            return before;
        }
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

    private static SidecarProfile.@Nullable Decision last(
            StoredProfile profile, Predicate<SidecarProfile.Decision> wanted) {
        return profile.decisions().stream()
                .filter(wanted)
                .max(Comparator.comparing(one -> Objects.requireNonNullElse(one.lastSeen(), "")))
                .orElse(null);
    }

    /** Kept pods are as they came, but for those whose owner's own number was written. */
    private static Memory reserved(
            StoredProfile profile, Running running, SidecarProfile.@Nullable Decision last, Memory before, Memory now) {
        SidecarProfile.Decision ours = last(profile, one -> standing(one) == Standing.SIZED && !isOwners(one));
        Memory given = memory(ours == null ? null : ours.after()).orElse(now);
        return given.times(running.sized())
                .plus((isOwners(last) ? now : before).times(running.kept()))
                .plus(before.times(running.unsized()));
    }

    private static boolean isOwners(SidecarProfile.@Nullable Decision decision) {
        return decision != null && Origin.OWNER.name().equals(decision.reason());
    }

    private static Running running(SidecarProfile.@Nullable Running stored) {
        return stored == null
                ? Running.NONE
                : new Running(
                        count(stored.sized()),
                        count(stored.kept()),
                        count(stored.missed()),
                        count(stored.earlier()),
                        count(stored.byNet()),
                        count(stored.misfits()));
    }

    private static int pods(SidecarProfile.@Nullable Observed observed) {
        return observed == null || observed.pods() == null ? 1 : Math.max(0, observed.pods());
    }

    private static int count(@Nullable Integer stored) {
        return stored == null ? 0 : Math.min(Math.max(0, stored), MOST_PODS);
    }

    /** A pod may come with a request alone, or a limit alone. */
    private static Optional<Memory> memory(@Nullable Resources stored) {
        return stored == null
                ? Optional.empty()
                : Optional.of(new Memory(Bytes.orNull(stored.memoryRequest()), Bytes.orNull(stored.memoryLimit())));
    }
}
