package dev.sidecarsizer.collect;

import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Learnt.Owner;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the API server for what stands between a pod and its workload: the ReplicaSet of a Deployment or Rollout, the Job
 * of a CronJob, the ReplicationController of a DeploymentConfig. One request for each, and none for all others.
 *
 * <p>Needs {@code get} on those three. Without it, as where the object is gone, the workload has no owner that is known;
 * that is asked again after ten minutes, and logged once for a kind.
 */
public final class KubernetesOwners implements Owners {

    private static final Logger LOG = LoggerFactory.getLogger(KubernetesOwners.class);
    private static final int NOT_FOUND = 404;
    private static final int MOST_REMEMBERED = 20_000;
    private static final Duration UNTIL_ASKED_AGAIN = Duration.ofMinutes(10);

    /** What is not a workload itself, by kind and group. */
    private static final Map<String, ResourceDefinitionContext> BETWEEN = Map.of(
            "ReplicaSet", kind("apps", "ReplicaSet", "replicasets"),
            "Job", kind("batch", "Job", "jobs"),
            "ReplicationController", kind("", "ReplicationController", "replicationcontrollers"));

    private final KubernetesClient client;
    private final InstantSource clock;
    private final Set<String> unseen = ConcurrentHashMap.newKeySet();
    private final Map<String, Found> found = LastUsed.of(MOST_REMEMBERED);

    public KubernetesOwners(KubernetesClient client, InstantSource clock) {
        this.client = client;
        this.clock = clock;
    }

    /**
     * What was found behind a controller.
     *
     * @param owner {@code null} where it could not be seen
     */
    private record Found(@Nullable Owner owner, Instant at) {}

    @Override
    public Optional<Owner> of(WorkloadKey workload, Owner controller) {
        return Optional.ofNullable(behind(workload.namespace(), controller)).filter(owner -> is(owner, workload));
    }

    private static boolean is(Owner owner, WorkloadKey workload) {
        return workload.equals(WorkloadKey.of(workload.namespace(), owner.apiVersion(), owner.kind(), owner.name()));
    }

    private @Nullable Owner behind(String namespace, Owner controller) {
        ResourceDefinitionContext kind = BETWEEN.get(controller.kind());
        if (kind == null || !group(controller).equals(kind.getGroup())) {
            return controller;
        }
        Instant now = clock.instant();
        synchronized (found) {
            Found before = found.get(controller.uid());
            if (before != null
                    && (before.owner() != null || now.isBefore(before.at().plus(UNTIL_ASKED_AGAIN)))) {
                return before.owner();
            }
        }
        @Nullable Owner owner = ask(namespace, controller, kind);
        synchronized (found) {
            found.put(controller.uid(), new Found(owner, now));
        }
        return owner;
    }

    private @Nullable Owner ask(String namespace, Owner controller, ResourceDefinitionContext kind) {
        GenericKubernetesResource object;
        try {
            object = client.genericKubernetesResources(kind)
                    .inNamespace(namespace)
                    .withName(controller.name())
                    .get();
        } catch (KubernetesClientException failed) {
            if (failed.getCode() != NOT_FOUND && unseen.add(controller.kind())) {
                LOG.warn(
                        "{} {}/{} cannot be read, profiles of such workloads have no owner: {}",
                        controller.kind(),
                        namespace,
                        controller.name(),
                        failed.getMessage());
            }
            return null;
        }
        // another one of its name says nothing of this one's pods
        return object == null || !controller.uid().equals(object.getMetadata().getUid())
                ? null
                : object.getMetadata().getOwnerReferences().stream()
                        .filter(reference -> Boolean.TRUE.equals(reference.getController()))
                        .findFirst()
                        .map(KubernetesOwners::owner)
                        .orElse(controller);
    }

    private static Owner owner(OwnerReference reference) {
        return new Owner(reference.getApiVersion(), reference.getKind(), reference.getName(), reference.getUid());
    }

    private static String group(Owner owner) {
        return WorkloadKey.of("", owner.apiVersion(), "", "").group();
    }

    private static ResourceDefinitionContext kind(String group, String kind, String plural) {
        return new ResourceDefinitionContext.Builder()
                .withGroup(group)
                .withVersion("v1")
                .withKind(kind)
                .withPlural(plural)
                .withNamespaced(true)
                .build();
    }
}
