package dev.sidecarsizer.store;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Server-side apply in the leader's name: what is applied replaces what the leader applied before, field by field, and
 * leaves alone what others wrote. There is one leader, and it knows best: a conflict is decided for it.
 */
final class Applied {

    /** Under which the leader's fields are its own. Another name would leave the old fields behind for ever. */
    static final String FIELD_MANAGER = "sidecar-sizer-learning";

    /** No {@link WatchedKind}: replicas never hold them. */
    static final ResourceDefinitionContext HISTORIES = new ResourceDefinitionContext.Builder()
            .withGroup("sidecar-sizer.dev")
            .withVersion("v1alpha1")
            .withKind(SidecarHistory.KIND)
            .withPlural("sidecarhistories")
            .withNamespaced(true)
            .build();

    static final ResourceDefinitionContext PROFILES = WatchedKind.PROFILES.context();

    private static final PatchContext APPLY = new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager(FIELD_MANAGER)
            .withForce(true)
            .build();

    private final KubernetesClient client;

    Applied(KubernetesClient client) {
        this.client = client;
    }

    /** An object that says nothing yet. */
    static GenericKubernetesResource object(
            ResourceDefinitionContext kind, String kindName, String namespace, String name) {
        ObjectMeta metadata = new ObjectMeta();
        metadata.setNamespace(namespace);
        metadata.setName(name);
        GenericKubernetesResource object = new GenericKubernetesResource();
        object.setApiVersion(kind.getGroup() + "/" + kind.getVersion());
        object.setKind(kindName);
        object.setMetadata(metadata);
        return object;
    }

    @Nullable
    GenericKubernetesResource get(ResourceDefinitionContext kind, String namespace, String name) {
        return client.genericKubernetesResources(kind)
                .inNamespace(namespace)
                .withName(name)
                .get();
    }

    /** The object as it is stored then. */
    GenericKubernetesResource apply(ResourceDefinitionContext kind, GenericKubernetesResource object) {
        return handle(kind, object).patch(APPLY);
    }

    /** The object as it is stored then; {@code object} needs no more than its {@code status}. */
    GenericKubernetesResource applyStatus(ResourceDefinitionContext kind, GenericKubernetesResource object) {
        return handle(kind, object).subresource("status").patch(APPLY);
    }

    /** Sets one field of the status, which is there, and touches no other: what is applied takes away what it does not name. */
    void setStatus(ResourceDefinitionContext kind, GenericKubernetesResource object, String field, Object value) {
        client.genericKubernetesResources(kind)
                .inNamespace(object.getMetadata().getNamespace())
                .withName(object.getMetadata().getName())
                .subresource("status")
                .patch(
                        PatchContext.of(PatchType.JSON),
                        Serialization.asJson(List.of(Map.of("op", "add", "path", "/status/" + field, "value", value))));
    }

    /**
     * Takes one field of the status away, whosesoever it is: what is applied over another's field of the same value belongs
     * to both, and would stay in part when the leader withdraws it.
     */
    void dropStatus(ResourceDefinitionContext kind, GenericKubernetesResource object, String field) {
        client.genericKubernetesResources(kind)
                .inNamespace(object.getMetadata().getNamespace())
                .withName(object.getMetadata().getName())
                .subresource("status")
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"status\":{\"" + field + "\":null}}");
    }

    /** Deletes it, where it is there. */
    void delete(ResourceDefinitionContext kind, String namespace, String name) {
        client.genericKubernetesResources(kind)
                .inNamespace(namespace)
                .withName(name)
                .delete();
    }

    /** Deletes it, unless it is not as {@code seen} any more. */
    void delete(ResourceDefinitionContext kind, GenericKubernetesResource seen) {
        handle(kind, seen)
                .lockResourceVersion(seen.getMetadata().getResourceVersion())
                .delete();
    }

    private Resource<GenericKubernetesResource> handle(
            ResourceDefinitionContext kind, GenericKubernetesResource object) {
        return client.genericKubernetesResources(kind)
                .inNamespace(object.getMetadata().getNamespace())
                .resource(object);
    }
}
