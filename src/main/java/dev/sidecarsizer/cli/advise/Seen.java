package dev.sidecarsizer.cli.advise;

import dev.sidecarsizer.advice.MeshSettings;
import dev.sidecarsizer.cli.CommandFailed;
import dev.sidecarsizer.cli.Knowledge;
import dev.sidecarsizer.cli.MeshKind;
import dev.sidecarsizer.mesh.WorkloadKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What is in the cluster, each part of it asked for once. */
final class Seen {

    private final Knowledge knowledge;
    private final Map<List<@Nullable Object>, Optional<List<JsonNode>>> objects = new HashMap<>();
    private final Map<String, Optional<Map<WorkloadKey, List<Map<String, String>>>>> pods = new HashMap<>();
    private @Nullable MeshSettings mesh;

    Seen(Knowledge knowledge) {
        this.knowledge = knowledge;
    }

    /** Objects of a namespace, or of all where it is {@code null}; empty where they must not be seen. */
    Optional<List<JsonNode>> objects(MeshKind kind, @Nullable String namespace) throws CommandFailed {
        List<@Nullable Object> key = new ArrayList<>();
        key.add(kind);
        key.add(namespace);
        Optional<List<JsonNode>> known = objects.get(key);
        if (known == null) {
            known = knowledge.objects(kind, namespace);
            objects.put(key, known);
        }
        return known;
    }

    /** Labels of the pods of the mesh, by whose they are; empty where pods must not be seen. */
    Optional<Map<WorkloadKey, List<Map<String, String>>>> pods(String namespace) throws CommandFailed {
        Optional<Map<WorkloadKey, List<Map<String, String>>>> known = pods.get(namespace);
        if (known == null) {
            known = knowledge.labels(namespace);
            pods.put(namespace, known);
        }
        return known;
    }

    /** Of the next pod of a workload; empty where it is gone, or must not be seen. */
    Optional<Map<String, String>> templateLabels(WorkloadKey workload) throws CommandFailed {
        return knowledge.templateLabels(workload);
    }

    MeshSettings mesh() throws CommandFailed {
        MeshSettings known = mesh;
        if (known == null) {
            known = knowledge.meshSettings();
            mesh = known;
        }
        return known;
    }
}
