package dev.sidecarsizer.cli;

import dev.sidecarsizer.admission.Judge;
import dev.sidecarsizer.advice.MeshSettings;
import dev.sidecarsizer.guard.Brake;
import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.store.FolderStore;
import dev.sidecarsizer.store.StoredProfile;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What a folder of YAML knows; it has no pods, and nothing of Istio's. */
record FolderKnowledge(FolderStore store, String namespace) implements Knowledge {

    @Override
    public Judge judge(Set<String> namespaces) {
        return new Judge(store.profiles(), store.policies(), store.surroundings(), () -> store.brake()
                .cap());
    }

    @Override
    public List<StoredProfile> profiles(@Nullable String namespace) {
        return store.stored().stream()
                .filter(one -> namespace == null || one.namespace().equals(namespace))
                .toList();
    }

    @Override
    public Brake brake() {
        return store.brake();
    }

    @Override
    public Optional<Pod> pod(String namespace, Predicate<Pod> wanted) {
        return Optional.empty();
    }

    @Override
    public Optional<Map<String, String>> templateLabels(WorkloadKey workload) {
        return Optional.empty();
    }

    @Override
    public Optional<Map<WorkloadKey, List<Map<String, String>>>> labels(String namespace) {
        return Optional.empty();
    }

    @Override
    public Optional<List<JsonNode>> objects(MeshKind kind, @Nullable String namespace) {
        return Optional.empty();
    }

    @Override
    public MeshSettings meshSettings() {
        return MeshSettings.USUAL;
    }

    @Override
    public void close() {}
}
