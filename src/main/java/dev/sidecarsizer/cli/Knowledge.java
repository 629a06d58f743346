package dev.sidecarsizer.cli;

import dev.sidecarsizer.admission.Judge;
import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.store.StoredProfile;
import java.util.List;
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
     * A pod of the mesh that is there; empty where there is none, or pods must not be seen.
     *
     * @param workload whose it may be
     * @throws CommandFailed where the API server does not answer
     */
    Optional<Pod> pod(String namespace, Predicate<WorkloadKey> workload) throws CommandFailed;

    /**
     * Istio's Sidecar resources of a namespace, as they are stored; none where there are none, or they must not be seen.
     *
     * @throws CommandFailed where the API server does not answer
     */
    List<JsonNode> sidecars(String namespace) throws CommandFailed;

    @Override
    void close();
}
