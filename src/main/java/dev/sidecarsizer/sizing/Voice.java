package dev.sidecarsizer.sizing;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.profile.MemoryProfile;
import dev.sidecarsizer.profile.MemoryProfile.Observed;
import dev.sidecarsizer.profile.MemoryProfile.Recommendation;
import dev.sidecarsizer.profile.MemoryProfile.Standing;
import dev.sidecarsizer.profile.Profiles.Lineage;
import dev.sidecarsizer.profile.Verdict.Raise;
import dev.sidecarsizer.sizing.Decision.Keep;
import dev.sidecarsizer.sizing.Decision.Origin;
import dev.sidecarsizer.sizing.Decision.Reason;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which profile speaks for a pod, and what is known of its workload whoever speaks.
 *
 * @param origin who speaks
 * @param recommendation what is said; {@code null} where nobody is heard
 * @param source the profile that speaks, else the workload's own, {@code namespace/name@resourceVersion}
 * @param peak what the recommendation was made from; {@code null} where that is not known, or was others' use
 * @param live what live proxies of the workload use now
 * @param killedAt the largest size at which the kernel killed one
 * @param raised what the guard has new pods get at least; {@code null} where it says nothing
 * @param silence why nobody is heard, where nobody is
 */
record Voice(
        Origin origin,
        @Nullable Recommendation recommendation,
        @Nullable String source,
        @Nullable Bytes peak,
        @Nullable Bytes live,
        @Nullable Bytes killedAt,
        @Nullable Raise raised,
        Keep silence) {

    private static final int WEEK = 7;

    /**
     * The most specific profile that can be trusted. A revision and the priors may be skipped for want of history; a
     * workload whose own profile went stale may not, since what the mesh does says little about a workload that changed.
     *
     * <p>What was measured on another proxy does not speak: another number of worker threads is another amount of memory,
     * and a revision whose image was rolled back or forth is another Envoy. A workload's profile spans images.
     *
     * @param image of the pod's proxy; {@code null} where not known
     * @param trail told of each profile, until one speaks
     */
    static Voice of(Lineage lineage, @Nullable String image, SizingPolicy policy, Trail trail) {
        Keep silence = silence(lineage, policy);
        for (Candidate candidate : List.of(
                new Candidate(Origin.REVISION_PROFILE, lineage.revisionStratum(), false),
                new Candidate(Origin.REVISION_PROFILE, lineage.revision(), true),
                new Candidate(Origin.WORKLOAD_PROFILE, lineage.stratum(), false),
                new Candidate(Origin.WORKLOAD_PROFILE, lineage.workload(), true),
                new Candidate(Origin.NAMESPACE_PRIOR, lineage.namespace(), true),
                new Candidate(Origin.MESH_PRIOR, lineage.mesh(), true))) {
            MemoryProfile profile = candidate.profile();
            if (profile == null) {
                if (candidate.general()) {
                    trail.note(candidate.origin(), false, () -> "there is none");
                }
                continue;
            }
            Optional<String> passedOver = passedOver(candidate, profile, lineage, image);
            if (passedOver.isPresent()) {
                trail.note(candidate.origin(), false, () -> profile.name() + passedOver.get());
                continue;
            }
            if (profile.fault() != null) {
                return mute(
                        lineage,
                        candidate,
                        new Keep(Reason.PROFILE_INVALID, profile.name() + ": " + profile.fault()),
                        trail);
            }
            if (profile.standing() == Standing.STALE && profile.equals(lineage.workload())) {
                return mute(
                        lineage,
                        candidate,
                        new Keep(Reason.PROFILE_STALE, profile.name() + " has had no samples for days"),
                        trail);
            }
            Recommendation said = profile.recommendation();
            if (said != null && profile.hasHistory(policy.minHistory())) {
                trail.note(
                        candidate.origin(),
                        true,
                        () -> profile.name() + " says " + said.memoryRequest() + "/" + said.memoryLimit());
                return voice(candidate.origin(), said, profile, lineage, silence);
            }
            trail.note(candidate.origin(), false, () -> tooLittleHistory(profile, policy)
                    .detail());
        }
        return voice(Origin.WORKLOAD_PROFILE, null, lineage.workload(), lineage, silence);
    }

    private static Voice mute(Lineage lineage, Candidate by, Keep keep, Trail trail) {
        trail.note(by.origin(), true, keep::detail);
        return voice(Origin.WORKLOAD_PROFILE, null, lineage.workload(), lineage, keep);
    }

    /** Why a profile that is there is not asked; empty where it is. */
    private static Optional<String> passedOver(
            Candidate candidate, MemoryProfile profile, Lineage lineage, @Nullable String image) {
        if (!lineage.isOfConcurrency(profile)) {
            return Optional.of(" is of " + profile.proxy().concurrency() + " worker threads, this proxy has "
                    + lineage.concurrency());
        }
        String measured = profile.proxy().image();
        boolean ofRevision = candidate.origin() == Origin.REVISION_PROFILE;
        if (ofRevision && image != null && measured != null && !image.equals(measured)) {
            return Optional.of(" is of image " + measured + ", this proxy has " + image);
        }
        boolean ofPart = ofRevision || !candidate.general();
        return ofPart && !isSeasoned(profile, lineage)
                ? Optional.of(" has seen neither each day of the week, nor all that the workload has")
                : Optional.empty();
    }

    /**
     * Whether a part of a workload has seen each day of the week, or all that the whole has: one of a weekend says nothing of
     * Monday, and what the part uses is in the whole's peaks too.
     */
    private static boolean isSeasoned(MemoryProfile part, Lineage lineage) {
        MemoryProfile whole = lineage.workload();
        if (whole == null || !lineage.isOfConcurrency(whole)) {
            return true;
        }
        Integer seen = part.observed().days();
        Integer all = whole.observed().days();
        return seen == null || all == null || seen >= Math.min(WEEK, all);
    }

    /** Why nobody would be heard. */
    private static Keep silence(Lineage lineage, SizingPolicy policy) {
        MemoryProfile workload = lineage.workload();
        if (workload != null && lineage.isOfConcurrency(workload)) {
            return tooLittleHistory(workload, policy);
        }
        if (lineage.stratum() != null) {
            return tooLittleHistory(lineage.stratum(), policy);
        }
        return workload == null
                ? new Keep(Reason.NO_PROFILE)
                : new Keep(
                        Reason.PROFILE_OF_OTHER_CONCURRENCY,
                        workload.name() + " was measured with "
                                + workload.proxy().concurrency()
                                + " worker threads, this proxy has " + lineage.concurrency()
                                + ": wait for history of such, or give it the same CPU limit");
    }

    /** What was measured of the workload and of this revision of it counts whoever speaks, the larger of the two. */
    private static Voice voice(
            Origin origin,
            @Nullable Recommendation recommendation,
            @Nullable MemoryProfile source,
            Lineage lineage,
            Keep silence) {
        return new Voice(
                origin,
                recommendation,
                source == null ? null : named(source),
                source == null ? null : source.observed().peak(),
                lineage.live(),
                killedAt(lineage),
                lineage.workload() != null && lineage.workload().verdict() instanceof Raise raised ? raised : null,
                silence);
    }

    /** The largest size at which the kernel killed one of the workload's proxies. */
    static @Nullable Bytes killedAt(Lineage lineage) {
        return lineage.measured().stream()
                .flatMap(observed -> Optional.ofNullable(killedAt(observed)).stream())
                .max(Comparator.naturalOrder())
                .orElse(null);
    }

    /** The size at which the kernel killed; the peak where the size was not recorded, since it was no less. */
    private static @Nullable Bytes killedAt(Observed observed) {
        if (observed.oomKills() == 0) {
            return null;
        }
        return observed.oomLimit() != null ? observed.oomLimit() : observed.peak();
    }

    /** A profile read from a file has no version. */
    private static String named(MemoryProfile profile) {
        return profile.resourceVersion().isEmpty() ? profile.name() : profile.name() + "@" + profile.resourceVersion();
    }

    private static Keep tooLittleHistory(MemoryProfile own, SizingPolicy policy) {
        Integer days = own.observed().days();
        return new Keep(
                Reason.TOO_LITTLE_HISTORY,
                own.name() + " knows " + (days == null ? "no" : days) + " days; policy " + policy.name() + " asks for "
                        + policy.minHistory().toHours() + "h and a Ready profile with a recommendation");
    }

    /**
     * Who may speak.
     *
     * @param general whether the profile is of any number of worker threads: each origin has one such
     */
    private record Candidate(Origin origin, @Nullable MemoryProfile profile, boolean general) {}
}
