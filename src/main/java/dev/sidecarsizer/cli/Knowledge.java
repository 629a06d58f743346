package dev.sidecarsizer.cli;

import dev.sidecarsizer.admission.Judge;
import dev.sidecarsizer.advice.MeshSettings;
import dev.sidecarsizer.guard.Brake;
import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.store.StoredProfile;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What is known, from a folder or from a cluster. Each question may wait for an API server. */
public interface Knowledge extends AutoCloseable {

    /** The namespace that is meant where none is named. */
    String namespace();

    /**
     * The judge that the webhook would be, for pods of these namespaces.
     *
     * @throws CommandFailed where what is needed for it cannot be seen
     */
    Judge judge(Set<String> namespaces) throws CommandFailed;

    /**
     * All profiles of a namespace, one by one.
     *
     * @param namespace {@code null} for all
     * @throws CommandFailed where they cannot be seen
     */
    List<StoredProfile> profiles(@Nullable String namespace) throws CommandFailed;

    /**
     * What holds the whole installation back; nothing where that must not be seen.
     *
     * @throws CommandFailed where the API server does not answer
     */
    Brake brake() throws CommandFailed;

    /**
     * A pod of the mesh that is there; empty where there is none, or pods must not be seen.
     *
     * @param wanted whether it is one of those that are meant
     * @throws CommandFailed where the API server does not answer
     */
    Optional<Pod> pod(String namespace, Predicate<Pod> wanted) throws CommandFailed;

    /**
     * Labels that the next pod of the workload will have, by its template; empty where that cannot be seen.
     *
     * @throws CommandFailed where the API server does not answer
     */
    Optional<Map<String, String>> templateLabels(WorkloadKey workload) throws CommandFailed;

    /**
     * Labels of the pods of the mesh that are there, by whose they are; empty where pods must not be seen.
     *
     * @throws CommandFailed where the API server does not answer
     */
    Optional<Map<WorkloadKey, List<Map<String, String>>>> labels(String namespace) throws CommandFailed;

    /**
     * Objects of a kind, as they are stored: none where the cluster has no such kind; empty where they must not be seen.
     *
     * @param namespace {@code null} for all
     * @throws CommandFailed where the API server does not answer
     */
    Optional<List<JsonNode>> objects(MeshKind kind, @Nullable String namespace) throws CommandFailed;

    /**
     * What Istio's installation says of where its resources hold; as usual where that must not be seen.
     *
     * @throws CommandFailed where the API server does not answer
     */
    MeshSettings meshSettings() throws CommandFailed;

    @Override
    void close();
}
