package dev.sidecarsizer.cli;

import dev.sidecarsizer.admission.Judge;
import dev.sidecarsizer.advice.MeshSettings;
import dev.sidecarsizer.guard.Brake;
import dev.sidecarsizer.mesh.MalformedPod;
import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.mesh.Ownership;
import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.ProxyContainer;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.sizing.Policies;
import dev.sidecarsizer.store.ClusterSnapshot;
import dev.sidecarsizer.store.StoredProfile;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Listable;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    private static final long PAGE = 500;

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
            Mode cap = InstalledCap.of(client, ownNamespace, problem)
                    .atMost(seen.brake().cap());
            return new Judge(seen.profiles(), seen.policies(), seen.surroundings(), () -> cap);
        });
    }

    @Override
    public List<StoredProfile> profiles(@Nullable String namespace) throws CommandFailed {
        return ask(() -> ClusterSnapshot.profiles(client, ownNamespace, namespace));
    }

    @Override
    public Brake brake() throws CommandFailed {
        return ask(() ->
                ClusterSnapshot.of(client, ownNamespace, Set.of(), problem).brake());
    }

    @Override
    public Optional<Pod> pod(String namespace, Predicate<Pod> wanted) throws CommandFailed {
        Pod[] found = new Pod[1];
        boolean seen = proxied(namespace, pod -> {
            found[0] = wanted.test(pod) ? pod : null;
            return found[0] == null;
        });
        if (!seen) {
            problem.accept("pods of " + namespace + " must not be seen: their labels are guessed");
        }
        return Optional.ofNullable(found[0]);
    }

    @Override
    public Optional<Map<String, String>> templateLabels(WorkloadKey workload) throws CommandFailed {
        try {
            return PodTemplates.labels(client, workload);
        } catch (KubernetesClientException refused) {
            if (refused.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
                return Optional.empty();
            }
            throw failed(refused);
        }
    }

    @Override
    public Optional<Map<WorkloadKey, List<Map<String, String>>>> labels(String namespace) throws CommandFailed {
        Policies policies = ask(() -> ClusterSnapshot.policies(client, ownNamespace, namespace, problem));
        Map<WorkloadKey, List<Map<String, String>>> labels = new LinkedHashMap<>();
        boolean seen = proxied(namespace, pod -> {
            List<String> groupBy = policies.of(namespace, pod.labels()).groupBy();
            return labels.computeIfAbsent(Ownership.workload(pod, groupBy), any -> new ArrayList<>())
                    .add(pod.labels());
        });
        if (!seen) {
            problem.accept("pods of " + namespace + " must not be seen");
            return Optional.empty();
        }
        return Optional.of(labels);
    }

    @Override
    public Optional<List<JsonNode>> objects(MeshKind kind, @Nullable String namespace) throws CommandFailed {
        List<JsonNode> all = new ArrayList<>();
        try {
            pages(kind.context(), namespace, all::add);
        } catch (KubernetesClientException refused) {
            if (refused.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
                problem.accept(kind.plural() + (namespace == null ? "" : " of " + namespace) + " must not be seen");
                return Optional.empty();
            }
            if (refused.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw failed(refused);
            }
        }
        return Optional.of(all);
    }

    @Override
    public MeshSettings meshSettings() throws CommandFailed {
        return ask(() -> InstalledIstio.settings(client, problem));
    }

    /**
     * Hands on each pod of the mesh while it is asked for more; passes by those that are malformed, as admission does.
     *
     * @return whether pods may be seen
     */
    private boolean proxied(String namespace, Predicate<Pod> into) throws CommandFailed {
        try {
            pages(PODS, namespace, tree -> {
                Pod pod = new Pod(namespace, tree);
                try {
                    return ProxyContainer.in(pod).isEmpty() || into.test(pod);
                } catch (MalformedPod other) {
                    return true;
                }
            });
            return true;
        } catch (KubernetesClientException refused) {
            if (refused.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
                return false;
            }
            throw failed(refused);
        }
    }

    /** In pages, since a namespace may have thousands; no more than are asked for. */
    private void pages(ResourceDefinitionContext kind, @Nullable String namespace, Predicate<JsonNode> into) {
        var all = client.genericKubernetesResources(kind);
        Listable<GenericKubernetesResourceList> objects =
                namespace == null ? all.inAnyNamespace() : all.inNamespace(namespace);
        String next = "";
        boolean more = true;
        while (more) {
            GenericKubernetesResourceList page = objects.list(new ListOptionsBuilder()
                    .withLimit(PAGE)
                    .withContinue(next.isEmpty() ? null : next)
                    .build());
            next = Objects.requireNonNullElse(page.getMetadata().getContinue(), "");
            more = page.getItems().stream().map(this::tree).allMatch(into) && !next.isEmpty();
        }
    }

    @Override
    public void close() {
        client.close();
    }

    private JsonNode tree(GenericKubernetesResource object) {
        return JsonMapper.shared().readTree(client.getKubernetesSerialization().asJson(object));
    }

    private <T> T ask(Supplier<T> question) throws CommandFailed {
        try {
            return question.get();
        } catch (KubernetesClientException failed) {
            throw failed(failed);
        }
    }

    private CommandFailed failed(KubernetesClientException failed) {
        return new CommandFailed("the cluster at " + client.getMasterUrl() + " " + why(failed), failed);
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
