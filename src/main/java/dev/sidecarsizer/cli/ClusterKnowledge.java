package dev.sidecarsizer.cli;

import dev.sidecarsizer.admission.Judge;
import dev.sidecarsizer.mesh.MalformedPod;
import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.mesh.Ownership;
import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.ProxyContainer;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.store.ClusterSnapshot;
import dev.sidecarsizer.store.StoredProfile;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a cluster knows, asked through its API when it is wanted. */
final class ClusterKnowledge implements Knowledge {

    private static final ResourceDefinitionContext PODS = new ResourceDefinitionContext.Builder()
            .withVersion("v1")
            .withKind("Pod")
            .withPlural("pods")
            .withNamespaced(true)
            .build();

    private static final ResourceDefinitionContext SIDECARS = new ResourceDefinitionContext.Builder()
            .withGroup("networking.istio.io")
            .withVersion("v1")
            .withKind("Sidecar")
            .withPlural("sidecars")
            .withNamespaced(true)
            .build();

    private static final Set<Integer> NONE_TO_SEE =
            Set.of(HttpURLConnection.HTTP_FORBIDDEN, HttpURLConnection.HTTP_NOT_FOUND);

    private final KubernetesClient client;
    private final String ownNamespace;
    private final Consumer<String> problem;

    ClusterKnowledge(KubernetesClient client, String ownNamespace, Consumer<String> problem) {
        this.client = client;
        this.ownNamespace = ownNamespace;
        this.problem = problem;
    }

    @Override
    public String namespace() {
        return Objects.requireNonNullElse(client.getNamespace(), "default");
    }

    @Override
    public Judge judge(Set<String> namespaces) throws CommandFailed {
        return ask(() -> {
            ClusterSnapshot seen = ClusterSnapshot.of(client, ownNamespace, namespaces, problem);
            return new Judge(seen.profiles(), seen.policies(), seen.surroundings(), Mode.ENFORCE);
        });
    }

    @Override
    public List<StoredProfile> profiles(@Nullable String namespace) throws CommandFailed {
        return ask(() -> ClusterSnapshot.profiles(client, ownNamespace, namespace));
    }

    @Override
    public Optional<Pod> pod(String namespace, Predicate<WorkloadKey> workload) throws CommandFailed {
        return ask(() -> {
            try {
                return client.genericKubernetesResources(PODS).inNamespace(namespace).list().getItems().stream()
                        .map(this::tree)
                        .map(tree -> new Pod(namespace, tree))
                        .filter(pod -> isProxied(pod, workload))
                        .findFirst();
            } catch (KubernetesClientException refused) {
                if (refused.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
                    problem.accept("pods of " + namespace + " must not be seen: their labels are guessed");
                    return Optional.empty();
                }
                throw refused;
            }
        });
    }

    @Override
    public List<JsonNode> sidecars(String namespace) throws CommandFailed {
        return ask(() -> {
            try {
                return client.genericKubernetesResources(SIDECARS).inNamespace(namespace).list().getItems().stream()
                        .map(this::tree)
                        .toList();
            } catch (KubernetesClientException refused) {
                if (NONE_TO_SEE.contains(refused.getCode())) {
                    problem.accept("sidecars of " + namespace + " cannot be seen: one of the same name may be there");
                    return List.of();
                }
                throw refused;
            }
        });
    }

    @Override
    public void close() {
        client.close();
    }

    private JsonNode tree(GenericKubernetesResource object) {
        return JsonMapper.shared().readTree(client.getKubernetesSerialization().asJson(object));
    }

    private static boolean isProxied(Pod pod, Predicate<WorkloadKey> workload) {
        try {
            return !ProxyContainer.in(pod).isEmpty() && workload.test(Ownership.workload(pod, List.of()));
        } catch (MalformedPod other) {
            // admitted unchanged, too, and no reason not to look at the others
            return false;
        }
    }

    private <T> T ask(Supplier<T> question) throws CommandFailed {
        try {
            return question.get();
        } catch (KubernetesClientException failed) {
            throw new CommandFailed("the cluster at " + client.getMasterUrl() + " " + why(failed), failed);
        }
    }

    private static String why(KubernetesClientException failed) {
        if (failed.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
            return "has no SidecarProfiles: sidecar-sizer is not installed there";
        }
        if (failed.getStatus() != null && failed.getStatus().getMessage() != null) {
            return "refuses: " + failed.getStatus().getMessage();
        }
        return "does not answer: " + said(failed);
    }

    /** What the client's own exception was made of, in one line. */
    static String said(KubernetesClientException failed) {
        Throwable cause = failed;
        while ((cause instanceof KubernetesClientException || cause.getClass() == IOException.class)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null
                ? cause.getClass().getSimpleName()
                : cause.getClass().getSimpleName() + ": " + cause.getMessage();
    }
}
