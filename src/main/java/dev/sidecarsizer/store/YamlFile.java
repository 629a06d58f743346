package dev.sidecarsizer.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MappingIterator;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Reads a file of YAML documents. Aliases are not followed, so nothing in a file can unfold to more than its own size,
 * and that is bounded, as is the depth.
 */
final class YamlFile {

    private static final long LARGEST = 32L << 20;
    private static final int DEEPEST = 50;
    private static final int LONGEST_NUMBER = 100;
    private static final String GROUP = "sidecar-sizer.dev/";
    private static final Set<String> KINDS = Set.of(SidecarProfile.KIND, SidecarPolicy.KIND);

    private static final YAMLMapper YAML = YAMLMapper.builder(YAMLFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .maxNumberLength(LONGEST_NUMBER)
                            .maxDocumentLength(LARGEST)
                            .build())
                    .build())
            .build();

    private YamlFile() {}

    /**
     * The objects of our two kinds in {@code file}.
     *
     * @param problem is told, once, that there are others
     * @throws IllegalArgumentException where the file is no YAML: none of its documents is used
     */
    static List<StoredObject> read(Path file, Consumer<String> problem) throws IOException {
        if (Files.size(file) > LARGEST) {
            throw new IllegalArgumentException("larger than " + (LARGEST >> 20) + " MiB; split it");
        }
        List<StoredObject> objects = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        try (MappingIterator<JsonNode> documents =
                YAML.readerFor(JsonNode.class).readValues(file.toFile())) {
            for (int number = 1; documents.hasNextValue(); number++) {
                JsonNode document = documents.nextValue();
                String wrong = wrong(document);
                if (wrong == null) {
                    objects.add(object(document));
                } else if (!wrong.isEmpty()) {
                    problems.add("document " + number + ": " + wrong);
                }
            }
        } catch (JacksonException | org.snakeyaml.engine.v2.exceptions.YamlEngineException broken) {
            throw new IllegalArgumentException("no YAML that can be read: " + broken.getMessage(), broken);
        }
        if (!problems.isEmpty()) {
            int more = problems.size() - 1;
            problem.accept(problems.getFirst() + (more == 0 ? "" : " (and " + more + " more such)"));
        }
        return objects;
    }

    /** Why a document is not used; empty where it says nothing at all, {@code null} where it is one of ours. */
    private static @Nullable String wrong(JsonNode document) {
        if (document.isNull()
                || document.isMissingNode()
                || document.asString("-").isBlank()) {
            return "";
        }
        String kind = document.path("kind").asString("");
        if (!document.path("apiVersion").asString("").startsWith(GROUP) || !KINDS.contains(kind)) {
            return "is no SidecarProfile or SidecarPolicy of " + GROUP + "v1alpha1";
        }
        return document.at("/metadata/name").asString("").isEmpty() ? kind + " without metadata.name" : null;
    }

    private static StoredObject object(JsonNode document) {
        JsonNode metadata = document.path("metadata");
        Map<String, Object> body = new HashMap<>();
        for (String part : List.of("spec", "status")) {
            if (document.has(part)) {
                body.put(part, YAML.treeToValue(document.path(part), Object.class));
            }
        }
        return new StoredObject(
                document.path("kind").asString(""),
                metadata.path("namespace").asString("default"),
                metadata.path("name").asString(""),
                metadata.path("resourceVersion").asString(""),
                Map.of(),
                body);
    }
}
