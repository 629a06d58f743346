package dev.sidecarsizer.store;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.profile.Finding;
import dev.sidecarsizer.profile.Learnt;
import dev.sidecarsizer.profile.Learnt.Owner;
import dev.sidecarsizer.profile.Subject;
import dev.sidecarsizer.profile.Subject.OfWorkload;
import dev.sidecarsizer.profile.Verdict.Raise;
import dev.sidecarsizer.profile.Verdict.Withdraw;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the leader's part of {@code SidecarProfile}s: who owns it, what it is about, and the status but for {@code
 * decisions}, which every replica adds to ({@link KubernetesProfileSink}).
 *
 * <p>A profile that somebody else wrote is left alone: one annotated {@value #MANAGED}{@code : "false"}, and one without
 * that annotation whose recommendation is another's by its {@code managedFields}, but for the guard's word, which holds for
 * whoever recommends. {@value #MANAGED}{@code : "true"} hands such a one over.
 */
final class LearntProfiles {

    /** Whether the leader may write the profile. */
    static final String MANAGED = "sidecar-sizer.dev/managed";

    private static final Logger LOG = LoggerFactory.getLogger(LearntProfiles.class);
    private static final int ATTEMPTS = 5;
    private static final String GUARD = "guard";

    private final Applied applied;
    private final About about;
    private final RememberedProfiles known;
    private final InstantSource clock;
    private final @Nullable SafetyNet net;
    private final Set<String> leftAlone = ConcurrentHashMap.newKeySet();

    LearntProfiles(
            Applied applied, About about, RememberedProfiles known, InstantSource clock, @Nullable SafetyNet net) {
        this.applied = applied;
        this.about = about;
        this.known = known;
        this.clock = clock;
        this.net = net;
    }

    /** The object that a subject's profile is or would be. */
    private record Place(String name, @Nullable GenericKubernetesResource stored) {}

    /** Whether one is known that says something; so far as replicas have seen. */
    boolean isThere(Subject subject) {
        return known.nameOf(subject) != null;
    }

    /**
     * Writes it.
     *
     * @return findings that it did not have before
     */
    List<Finding> write(Learnt learnt) {
        KubernetesClientException last = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Place place = place(learnt.subject());
            GenericKubernetesResource stored = place.stored();
            if (stored != null && isAnothers(stored)) {
                writeGuard(learnt, stored);
                return List.of();
            }
            if (stored == null || isUnowned(stored, learnt.owner())) {
                stored = applied.apply(Applied.PROFILES, profile(learnt, place));
            }
            try {
                writeStatus(learnt, stored);
                if (learnt.guarded().verdict() instanceof Withdraw
                        || needsMore(learnt, stored)
                        || isRollingOut(learnt)) {
                    forgetLastDecision(learnt.subject());
                }
                return FindingsStatus.fresh(
                        learnt.findings(), stored.getAdditionalProperties().get("status"));
            } catch (KubernetesClientException refused) {
                if (refused.getCode() != ApiFailure.NOT_FOUND) {
                    throw refused;
                }
                // somebody deleted it meanwhile: the garbage collector, where the workload was made again
                last = refused;
            }
        }
        throw Objects.requireNonNull(last);
    }

    /** Deletes it, unless somebody else wrote it. */
    void forget(Subject subject) {
        forgetLastDecision(subject);
        KubernetesClientException last = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            GenericKubernetesResource stored = place(subject).stored();
            if (stored == null || isAnothers(stored)) {
                return;
            }
            try {
                applied.delete(Applied.PROFILES, stored);
                return;
            } catch (KubernetesClientException changed) {
                if (changed.getCode() != ApiFailure.CONFLICT) {
                    throw changed;
                }
                last = changed;
            }
        }
        throw Objects.requireNonNull(last);
    }

    private void writeStatus(Learnt learnt, GenericKubernetesResource stored) {
        String namespace = stored.getMetadata().getNamespace();
        String name = stored.getMetadata().getName();
        if (recommendsInAnothersName(stored)) {
            applied.dropStatus(Applied.PROFILES, stored, "recommendation");
        }
        if (ProfileStatus.guard(learnt.guarded().verdict()).isEmpty() && stored.get("status", GUARD) != null) {
            // where it was set while the profile was another's, no apply would take it away
            applied.dropStatus(Applied.PROFILES, stored, GUARD);
        }
        GenericKubernetesResource status = Applied.object(Applied.PROFILES, SidecarProfile.KIND, namespace, name);
        status.setAdditionalProperty(
                "status",
                ProfileStatus.of(learnt, stored.getAdditionalProperties().get("status"), clock.instant()));
        applied.applyStatus(Applied.PROFILES, status);
    }

    /** What somebody else recommends can do harm too: where the guard has something against it, that alone is written. */
    private void writeGuard(Learnt learnt, GenericKubernetesResource stored) {
        Map<String, Object> guard = ProfileStatus.guard(learnt.guarded().verdict());
        Object before = stored.get("status", GUARD);
        if ("false".equals(managed(stored)) || guard.equals(Objects.requireNonNullElse(before, Map.of()))) {
            return;
        }
        if (guard.isEmpty()) {
            applied.dropStatus(Applied.PROFILES, stored, GUARD);
        } else {
            // not applied: whoever took it over by an edit would lose all that was learnt before
            applied.setStatus(Applied.PROFILES, stored, GUARD, guard);
            forgetLastDecision(learnt.subject());
        }
    }

    /** Whether a pod may need more than the last one of the workload was given: after an OOM kill, for instance. */
    private static boolean needsMore(Learnt learnt, GenericKubernetesResource stored) {
        String given = stored.get("status", "decisions", 0, "after", "memoryLimit");
        if (given == null) {
            return false;
        }
        Bytes limit = Bytes.parse(given);
        boolean killed = learnt.measured() != null
                && learnt.measured().oomLimit() != null
                && learnt.measured().oomLimit().compareTo(limit) >= 0;
        boolean raised = learnt.guarded().verdict() instanceof Raise raise
                && raise.limit().compareTo(limit) > 0;
        return killed
                || raised
                || (learnt.recommendation() != null
                        && learnt.recommendation().memoryLimit().compareTo(limit) > 0);
    }

    private static boolean isRollingOut(Learnt learnt) {
        return learnt.conditions().stream()
                .anyMatch(condition -> condition.type().equals("RollingOut") && condition.holds());
    }

    private void forgetLastDecision(Subject subject) {
        if (net != null && subject instanceof OfWorkload of) {
            net.forget(of.workload());
        }
    }

    /** The one that is known, whatever its name; else the one of the name that it would have. */
    private Place place(Subject subject) {
        String namespace = about.namespaceOf(subject);
        String wherever = known.nameOf(subject);
        if (wherever != null) {
            GenericKubernetesResource stored = applied.get(Applied.PROFILES, namespace, wherever);
            if (stored != null && about.is(stored, subject)) {
                return new Place(wherever, stored);
            }
        }
        for (String name : new LinkedHashSet<>(List.of(ProfileName.of(subject), ProfileName.hashed(subject)))) {
            GenericKubernetesResource stored = applied.get(Applied.PROFILES, namespace, name);
            if (stored == null || about.is(stored, subject)) {
                return new Place(name, stored);
            }
        }
        throw new KubernetesClientException("SidecarProfile " + namespace + "/" + ProfileName.hashed(subject)
                + " is about something else; delete it, so that " + subject + " can have one");
    }

    /** What is applied but the status. What the profile says that it is about stays as it is written. */
    private GenericKubernetesResource profile(Learnt learnt, Place place) {
        Subject subject = learnt.subject();
        GenericKubernetesResource profile =
                Applied.object(Applied.PROFILES, SidecarProfile.KIND, about.namespaceOf(subject), place.name());
        Owner owner = learnt.owner();
        if (owner != null) {
            OwnerReference reference = new OwnerReference();
            reference.setApiVersion(owner.apiVersion());
            reference.setKind(owner.kind());
            reference.setName(owner.name());
            reference.setUid(owner.uid());
            profile.getMetadata().setOwnerReferences(new ArrayList<>(List.of(reference)));
        }
        profile.setAdditionalProperty(
                "spec",
                place.stored() == null
                        ? About.spec(subject, owner)
                        : place.stored().getAdditionalProperties().get("spec"));
        return profile;
    }

    private static boolean isUnowned(GenericKubernetesResource stored, @Nullable Owner owner) {
        return owner != null
                && Objects.requireNonNullElse(stored.getMetadata().getOwnerReferences(), List.<OwnerReference>of())
                        .stream()
                        .noneMatch(reference -> owner.uid().equals(reference.getUid()));
    }

    private boolean isAnothers(GenericKubernetesResource stored) {
        String path =
                stored.getMetadata().getNamespace() + "/" + stored.getMetadata().getName();
        String managed = managed(stored);
        boolean anothers = managed == null ? recommendsInAnothersName(stored) : managed.equals("false");
        if (!anothers) {
            leftAlone.remove(path);
        } else if (leftAlone.add(path)) {
            LOG.info(
                    "SidecarProfile {} is left as it is written; annotate it {}=true to have it kept up to date",
                    path,
                    MANAGED);
        }
        return anothers;
    }

    private static @Nullable String managed(GenericKubernetesResource stored) {
        return Objects.requireNonNullElse(stored.getMetadata().getAnnotations(), Map.<String, String>of())
                .get(MANAGED);
    }

    private static boolean recommendsInAnothersName(GenericKubernetesResource stored) {
        for (ManagedFieldsEntry entry : stored.getMetadata().getManagedFields()) {
            if (!Applied.FIELD_MANAGER.equals(entry.getManager())
                    && entry.getFieldsV1() != null
                    && entry.getFieldsV1().getAdditionalProperties().get("f:status") instanceof Map<?, ?> status
                    && status.containsKey("f:recommendation")) {
                return true;
            }
        }
        return false;
    }
}
