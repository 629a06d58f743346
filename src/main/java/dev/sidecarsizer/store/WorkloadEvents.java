package dev.sidecarsizer.store;

import dev.sidecarsizer.profile.Learnt.Owner;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells owners of workloads something by Events on them, of type {@code Warning}: nothing is told that asks for nothing.
 *
 * <p>As Kubernetes' own components do: the same once more is one Event with a higher count; what is told too soon is counted
 * at the next time. A failure is logged, and what was to be told is lost.
 */
final class WorkloadEvents {

    private static final Logger LOG = LoggerFactory.getLogger(WorkloadEvents.class);
    private static final int MOST_REMEMBERED = 1000;
    private static final int LONGEST_MESSAGE = 1024;
    private static final int LONGEST_REASON = 128;
    /** So that a dot and 24 digits have room in 253 characters. */
    private static final int LONGEST_NAME = 228;

    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
    private static final ResourceDefinitionContext EVENTS = new ResourceDefinitionContext.Builder()
            .withVersion("v1")
            .withKind("Event")
            .withPlural("events")
            .withNamespaced(true)
            .build();

    private final KubernetesClient client;
    private final InstantSource clock;
    private final Map<Key, Told> told = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Told> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    WorkloadEvents(KubernetesClient client, InstantSource clock) {
        this.client = client;
        this.clock = clock;
    }

    private record Key(String uid, String reason) {}

    /**
     * An Event that was written.
     *
     * @param count how often it was told, also since it was written
     */
    private record Told(String event, int count, Instant first, Instant last) {}

    /** @param between least time between two writes for a workload and reason */
    synchronized void tell(String namespace, Owner owner, String reason, String message, Duration between) {
        Key key = new Key(owner.uid(), reason);
        Instant now = clock.instant();
        Told before = told.get(key);
        if (before != null && now.isBefore(before.last().plus(between))) {
            told.put(key, new Told(before.event(), before.count() + 1, before.first(), before.last()));
            return;
        }
        try {
            told.put(key, write(namespace, owner, reason, message, before, now));
        } catch (KubernetesClientException failed) {
            LOG.warn(
                    "{} {}/{} was not told {}: {}",
                    owner.kind(),
                    namespace,
                    owner.name(),
                    reason,
                    ApiFailure.why(failed));
        }
    }

    private Told write(
            String namespace, Owner owner, String reason, String message, @Nullable Told before, Instant now) {
        if (before != null) {
            Told again = new Told(before.event(), before.count() + 1, before.first(), now);
            try {
                GenericKubernetesResource change = event(namespace, again.event());
                change.setAdditionalProperty("count", again.count());
                change.setAdditionalProperty("lastTimestamp", ProfileStatus.time(now));
                change.setAdditionalProperty("message", cut(message, LONGEST_MESSAGE));
                client.genericKubernetesResources(EVENTS)
                        .inNamespace(namespace)
                        .withName(again.event())
                        .patch(MERGE, client.getKubernetesSerialization().asJson(change));
                return again;
            } catch (KubernetesClientException refused) {
                if (refused.getCode() != ApiFailure.NOT_FOUND) {
                    throw refused;
                }
                // the API server keeps Events for an hour
            }
        }
        Told first = new Told(name(owner, reason, now), 1, now, now);
        client.genericKubernetesResources(EVENTS)
                .inNamespace(namespace)
                .resource(whole(namespace, owner, reason, message, first))
                .create();
        return first;
    }

    private static GenericKubernetesResource whole(
            String namespace, Owner owner, String reason, String message, Told told) {
        GenericKubernetesResource event = event(namespace, told.event());
        event.setAdditionalProperty(
                "involvedObject",
                Map.of(
                        "apiVersion", owner.apiVersion(),
                        "kind", owner.kind(),
                        "namespace", namespace,
                        "name", owner.name(),
                        "uid", owner.uid()));
        event.setAdditionalProperty("type", "Warning");
        event.setAdditionalProperty("reason", cut(reason, LONGEST_REASON));
        event.setAdditionalProperty("message", cut(message, LONGEST_MESSAGE));
        event.setAdditionalProperty("source", Map.of("component", "sidecar-sizer"));
        event.setAdditionalProperty("firstTimestamp", ProfileStatus.time(told.first()));
        event.setAdditionalProperty("lastTimestamp", ProfileStatus.time(told.last()));
        event.setAdditionalProperty("count", told.count());
        return event;
    }

    private static GenericKubernetesResource event(String namespace, String name) {
        ObjectMeta metadata = new ObjectMeta();
        metadata.setNamespace(namespace);
        metadata.setName(name);
        GenericKubernetesResource event = new GenericKubernetesResource();
        event.setApiVersion("v1");
        event.setKind("Event");
        event.setMetadata(metadata);
        return event;
    }

    /** Two reasons may come at one time. */
    private static String name(Owner owner, String reason, Instant now) {
        long nanos = now.getEpochSecond() * 1_000_000_000L + now.getNano();
        return cut(owner.name(), LONGEST_NAME) + "." + Long.toHexString(nanos) + Integer.toHexString(reason.hashCode());
    }

    private static String cut(String text, int longest) {
        return text.length() > longest ? text.substring(0, longest) : text;
    }
}
