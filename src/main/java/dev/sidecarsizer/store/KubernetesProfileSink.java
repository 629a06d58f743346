package dev.sidecarsizer.store;

import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.DecisionTally;
import dev.sidecarsizer.profile.ProfileSink;
import dev.sidecarsizer.profile.Subject.OfWorkload;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Adds what was decided to {@code status.decisions} of the workload's {@code SidecarProfile}, and makes the object where
 * there is none; but not for bare pods, whose names mostly are new every time: each would leave an object behind.
 *
 * <p>Read, add, write with the version that was read: where another replica was faster the API server refuses, and we
 * read again. So the counts of all replicas sum up exactly. Where the answer to a write is lost we look whether it was
 * done; only where another replica writes first, or the API server stays away for seconds, may a count be added twice.
 */
final class KubernetesProfileSink implements ProfileSink {

    private static final int ATTEMPTS = 12;
    private static final int LONGEST_PAUSE_MS = 400;

    private final KubernetesClient client;
    private final RememberedProfiles profiles;
    private final About about;
    private final @Nullable SafetyNet net;

    /**
     * @param ownNamespace where the mesh's profile is
     * @param net told what was decided last; {@code null} where there is none
     */
    KubernetesProfileSink(
            KubernetesClient client, RememberedProfiles profiles, String ownNamespace, @Nullable SafetyNet net) {
        this.client = client;
        this.profiles = profiles;
        about = new About(ownNamespace);
        this.net = net;
    }

    @Override
    public void add(WorkloadKey workload, List<DecisionTally> tallies) {
        try {
            write(workload, tallies);
        } catch (KubernetesClientException failed) {
            throw ApiFailure.of(failed);
        }
    }

    private void write(WorkloadKey workload, List<DecisionTally> tallies) {
        KubernetesClientException last = null;
        List<Map<String, Object>> unanswered = null;
        String name = name(workload);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            GenericKubernetesResource profile = null;
            try {
                profile = find(workload, name);
                if (profile == null && isBarePod(workload)) {
                    return;
                }
                if (profile == null) {
                    profile = create(workload, name);
                }
            } catch (KubernetesClientException away) {
                if (unanswered == null || !ApiFailure.isUnanswered(away)) {
                    throw away;
                }
                last = away;
            }
            if (profile == null) {
                pause(attempt);
                continue;
            }
            if (!about.is(profile, OfWorkload.whole(workload))) {
                name = ProfileName.hashed(workload);
                continue;
            }
            Map<String, Object> status = status(profile);
            if (unanswered != null && unanswered.equals(DecisionMerge.add(status.get("decisions"), List.of()))) {
                return;
            }
            List<Map<String, Object>> merged = DecisionMerge.add(status.get("decisions"), tallies);
            status.put("decisions", merged);
            profile.setAdditionalProperty("status", status);
            try {
                handle(workload.namespace(), profile).updateStatus();
                if (net != null) {
                    show(net, workload, status, merged.getFirst());
                }
                return;
            } catch (KubernetesClientException refused) {
                last = refused;
                unanswered = ApiFailure.isUnanswered(refused) ? merged : null;
                if (unanswered == null
                        && refused.getCode() != ApiFailure.CONFLICT
                        && refused.getCode() != ApiFailure.NOT_FOUND) {
                    throw refused;
                }
            }
            pause(attempt);
        }
        throw new KubernetesClientException(
                "decisions of " + workload + " not written after " + ATTEMPTS + " attempts", last);
    }

    /** What was decided before the guard withdrew sizing is no example any more, nor what a share of pods gets one for all. */
    private static void show(
            SafetyNet net, WorkloadKey workload, Map<String, Object> status, Map<String, Object> newest) {
        boolean withdrawn = status.get("guard") instanceof Map<?, ?> guard && "Withdraw".equals(guard.get("verdict"));
        if (withdrawn || isRollingOut(status)) {
            net.forget(workload);
        } else {
            net.decided(workload, newest);
        }
    }

    private static boolean isRollingOut(Map<String, Object> status) {
        return status.get("conditions") instanceof List<?> conditions
                && conditions.stream()
                        .anyMatch(one -> one instanceof Map<?, ?> condition
                                && "RollingOut".equals(condition.get("type"))
                                && "True".equals(condition.get("status")));
    }

    /** The object's name: the one that our cache knows for the workload, else the one that it would get. */
    private String name(WorkloadKey workload) {
        return Objects.requireNonNullElseGet(
                profiles.nameOf(OfWorkload.whole(workload)), () -> ProfileName.of(workload));
    }

    private static boolean isBarePod(WorkloadKey workload) {
        return workload.group().isEmpty() && workload.kind().equals("Pod");
    }

    private @Nullable GenericKubernetesResource find(WorkloadKey workload, String name) {
        return client.genericKubernetesResources(WatchedKind.PROFILES.context())
                .inNamespace(workload.namespace())
                .withName(name)
                .get();
    }

    /** The new object; {@code null} where somebody else made it meanwhile. */
    private @Nullable GenericKubernetesResource create(WorkloadKey workload, String name) {
        try {
            return handle(workload.namespace(), empty(workload, name)).create();
        } catch (KubernetesClientException refused) {
            if (refused.getCode() == ApiFailure.CONFLICT) {
                return null;
            }
            throw refused;
        }
    }

    private Resource<GenericKubernetesResource> handle(String namespace, GenericKubernetesResource profile) {
        return client.genericKubernetesResources(WatchedKind.PROFILES.context())
                .inNamespace(namespace)
                .resource(profile);
    }

    private static GenericKubernetesResource empty(WorkloadKey workload, String name) {
        ObjectMeta metadata = new ObjectMeta();
        metadata.setName(name);
        metadata.setNamespace(workload.namespace());
        GenericKubernetesResource profile = new GenericKubernetesResource();
        profile.setApiVersion(WatchedKind.PROFILES.apiVersion());
        profile.setKind(SidecarProfile.KIND);
        profile.setMetadata(metadata);
        profile.setAdditionalProperty("spec", About.spec(OfWorkload.whole(workload), null));
        return profile;
    }

    private static Map<String, Object> status(GenericKubernetesResource profile) {
        Map<String, Object> status = new LinkedHashMap<>();
        if (profile.getAdditionalProperties().get("status") instanceof Map<?, ?> fields) {
            fields.forEach((key, value) -> status.put(String.valueOf(key), value));
        }
        return status;
    }

    private static void pause(int attempt) {
        try {
            Thread.sleep(ThreadLocalRandom.current().nextInt(5, Math.min(LONGEST_PAUSE_MS, 20 << attempt)));
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new KubernetesClientException("interrupted", stopping);
        }
    }
}
