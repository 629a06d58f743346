package dev.sidecarsizer.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads a file of YAML documents of the kinds that have a say. */
final class YamlFile {

    private YamlFile() {}

    /**
     * The objects of such kinds in {@code file}.
     *
     * @param problem is told, once, that there are others
     * @throws IllegalArgumentException where the file is no YAML: none of its documents is used
     */
    static List<StoredObject> read(Path file, Consumer<String> problem) throws IOException {
        List<StoredObject> objects = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        int number = 0;
        for (JsonNode document : Documents.read(Files.newInputStream(file))) {
            number++;
            String wrong = wrong(document);
            if (wrong == null) {
                objects.add(object(document));
            } else if (!wrong.isEmpty()) {
                problems.add("document " + number + ": " + wrong);
            }
        }
        if (!problems.isEmpty()) {
            int more = problems.size() - 1;
            problem.accept(problems.getFirst() + (more == 0 ? "" : " (and " + more + " more such)"));
        }
        return objects;
    }

    /** Why a document is not used; empty where it says nothing here, {@code null} where it is one of ours. */
    private static @Nullable String wrong(JsonNode document) {
        if (document.isNull()
                || document.isMissingNode()
                || document.asString("-").isBlank()
                || FolderHistories.has(document)) {
            return "";
        }
        String kind = document.path("kind").asString("");
        String apiVersion = document.path("apiVersion").asString("");
        if (WatchedKind.named(kind)
                .filter(known -> known.isOfGroupIn(apiVersion))
                .isEmpty()) {
            return "is no SidecarProfile or SidecarPolicy of sidecar-sizer.dev/v1alpha1, and nothing else that has a say";
        }
        return document.at("/metadata/name").asString("").isEmpty() ? kind + " without metadata.name" : null;
    }

    private static StoredObject object(JsonNode document) {
        JsonNode metadata = document.path("metadata");
        Map<String, Object> body = new HashMap<>();
        for (String part : List.of("spec", "status", "data")) {
            if (document.has(part)) {
                body.put(part, JsonMapper.shared().treeToValue(document.path(part), Object.class));
            }
        }
        Map<String, String> labels = new HashMap<>();
        metadata.path("labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asString("")));
        return new StoredObject(
                document.path("kind").asString(""),
                metadata.path("namespace").asString("default"),
                metadata.path("name").asString(""),
                metadata.path("resourceVersion").asString(""),
                labels,
                body);
    }
}
