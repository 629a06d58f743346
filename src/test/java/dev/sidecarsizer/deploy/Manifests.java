package dev.sidecarsizer.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MappingIterator;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The objects in one or more YAML files or texts, in their order. */
record Manifests(List<JsonNode> objects) {

    static final Path DEPLOY = Path.of("deploy");

    private static final YAMLMapper YAML = new YAMLMapper();

    /** What a folder's kustomization lists, read as it stands: the base must need no kustomize to be complete. */
    static Manifests listedIn(Path folder) {
        List<JsonNode> objects = new ArrayList<>();
        for (JsonNode resource : kustomization(folder).path("resources")) {
            Path listed = folder.resolve(resource.asString()).normalize();
            objects.addAll(Files.isDirectory(listed) ? listedIn(listed).objects : in(listed).objects);
        }
        return new Manifests(List.copyOf(objects));
    }

    static JsonNode kustomization(Path folder) {
        return in(folder.resolve("kustomization.yaml")).objects.getFirst();
    }

    static Manifests in(Path file) {
        try {
            return parse(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Manifests parse(String yaml) {
        try (MappingIterator<JsonNode> documents =
                YAML.readerFor(JsonNode.class).readValues(yaml)) {
            return new Manifests(documents.readAll().stream()
                    .filter(document -> !document.isNull() && !document.isMissingNode())
                    .toList());
        }
    }

    JsonNode only(String kind) {
        List<JsonNode> found = ofKind(kind).toList();
        if (found.size() != 1) {
            throw new AssertionError(found.size() + " objects of kind " + kind + ", not one");
        }
        return found.getFirst();
    }

    JsonNode named(String kind, String name) {
        return ofKind(kind)
                .filter(object -> object.at("/metadata/name").asString().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("there is no " + kind + " " + name));
    }

    Stream<JsonNode> ofKind(String kind) {
        return objects.stream().filter(object -> object.path("kind").asString().equals(kind));
    }

    /** {@code kind namespace/name}, without the namespace where there is none. */
    static String id(JsonNode object) {
        JsonNode metadata = object.path("metadata");
        String namespace = metadata.path("namespace").asString("");
        return object.path("kind").asString() + " " + (namespace.isEmpty() ? "" : namespace + "/")
                + metadata.path("name").asString();
    }
}
