package dev.sidecarsizer.store;

import dev.sidecarsizer.guard.RunningPods;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.ProxyContainer;
import dev.sidecarsizer.profile.Learnt.Owner;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Running pods on an API server. What is done is done to the pod of that uid, or to none.
 *
 * <p>Needs no more than the right to list pods to look at one; the rights to act are those of {@code
 * deploy/components/oom-loop}.
 */
final class KubernetesPods implements RunningPods {

    private static final ResourceDefinitionContext PODS = new ResourceDefinitionContext.Builder()
            .withVersion("v1")
            .withKind("Pod")
            .withPlural("pods")
            .withNamespaced(true)
            .build();
    private static final PatchContext APPLY = new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager("sidecar-sizer-oom-loop")
            .withForce(true)
            .build();
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int TOO_MANY = 429;
    /** No such subresource, or not for such a pod: malformed, unknown, refused by validation. */
    private static final Set<Integer> CANNOT = Set.of(400, ApiFailure.NOT_FOUND, 405, 422);

    private final KubernetesClient client;
    private final WorkloadEvents events;

    KubernetesPods(KubernetesClient client, InstantSource clock) {
        this.client = client;
        events = new WorkloadEvents(client, clock);
    }

    @Override
    public Optional<Pod> find(PodName name, String uid) {
        return client
                .genericKubernetesResources(PODS)
                .inNamespace(name.namespace())
                .withField("metadata.name", name.name())
                .list()
                .getItems()
                .stream()
                .filter(pod -> uid.equals(pod.getMetadata().getUid()))
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .findFirst()
                .map(pod -> new Pod(name.namespace(), tree(pod)));
    }

    private static ObjectNode tree(GenericKubernetesResource pod) {
        return JSON.valueToTree(pod);
    }

    /** Applied server-side: any other patch of this client reads the pod first, which takes one right more. */
    @Override
    public Answer resize(PodName name, String uid, ProxyContainer proxy, Memory to) {
        Map<String, Object> resources = new LinkedHashMap<>();
        if (to.request() != null) {
            resources.put("requests", Map.of("memory", to.request().toString()));
        }
        if (to.limit() != null) {
            resources.put("limits", Map.of("memory", to.limit().toString()));
        }
        GenericKubernetesResource pod = new GenericKubernetesResource();
        pod.setApiVersion(PODS.getVersion());
        pod.setKind(PODS.getKind());
        pod.setMetadata(new ObjectMetaBuilder()
                .withNamespace(name.namespace())
                .withName(name.name())
                .withUid(uid)
                .build());
        pod.setAdditionalProperty(
                "spec",
                Map.of(
                        proxy.container().isInit() ? "initContainers" : "containers",
                        List.of(Map.of("name", ProxyContainer.NAME, "resources", resources))));
        return answer(() -> client.genericKubernetesResources(PODS)
                .inNamespace(name.namespace())
                .resource(pod)
                .subresource("resize")
                .patch(APPLY));
    }

    @Override
    public Answer evict(PodName name, String uid) {
        ObjectNode eviction =
                JSON.createObjectNode().put("apiVersion", "policy/v1").put("kind", "Eviction");
        eviction.putObject("metadata").put("namespace", name.namespace()).put("name", name.name());
        eviction.putObject("deleteOptions").putObject("preconditions").put("uid", uid);
        return answer(() -> client.raw(
                "/api/v1/namespaces/" + name.namespace() + "/pods/" + name.name() + "/eviction",
                "POST",
                eviction.toString()));
    }

    private static Answer answer(Runnable call) {
        try {
            call.run();
            return new Answer(Word.ACCEPTED, "");
        } catch (KubernetesClientException refused) {
            return word(refused.getCode())
                    .map(word -> new Answer(word, ApiFailure.why(refused)))
                    .orElseThrow(() -> refused);
        }
    }

    private static Optional<Word> word(int code) {
        if (code == ApiFailure.FORBIDDEN) {
            return Optional.of(Word.FORBIDDEN);
        }
        if (code == TOO_MANY || code == ApiFailure.CONFLICT) {
            return Optional.of(Word.LATER);
        }
        return CANNOT.contains(code) ? Optional.of(Word.IMPOSSIBLE) : Optional.empty();
    }

    @Override
    public void tell(String namespace, Owner about, String reason, String message) {
        events.tell(namespace, about, reason, message, Duration.ZERO);
    }
}
