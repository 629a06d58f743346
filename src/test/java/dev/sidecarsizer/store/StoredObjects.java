package dev.sidecarsizer.store;

import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Profiles;
import dev.sidecarsizer.sizing.Policies;
import dev.sidecarsizer.sizing.Surroundings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MappingIterator;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The objects of a cluster, from a folder of YAML, behind the same ports and read by the same code as those that an API
 * server sends. Where no Namespace is among them, every namespace counts as enforce.
 */
public final class StoredObjects {

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final String SUFFIX = ".yaml";

    private final RememberedProfiles profiles;
    private final RememberedPolicies policies;
    private final RememberedSurroundings surroundings = new RememberedSurroundings();
    private boolean namespaces;

    private StoredObjects(String ownNamespace) {
        profiles = new RememberedProfiles(ownNamespace);
        policies = new RememberedPolicies(ownNamespace);
    }

    /**
     * Reads all of {@code folder}.
     *
     * @param ownNamespace where policies and priors of the mesh are
     */
    public static StoredObjects in(Path folder, String ownNamespace) {
        StoredObjects objects = new StoredObjects(ownNamespace);
        try (Stream<Path> files = Files.list(folder)) {
            files.filter(file -> file.toString().endsWith(SUFFIX)).sorted().forEach(objects::read);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return objects;
    }

    public Profiles profiles() {
        return profiles;
    }

    public Policies policies() {
        return policies;
    }

    public Surroundings.Source surroundings() {
        return new Surroundings.Source() {
            @Override
            public Optional<Mode> mode(String namespace) {
                return namespaces ? surroundings.mode(namespace) : Optional.of(Mode.ENFORCE);
            }

            @Override
            public Surroundings of(WorkloadKey workload) {
                return surroundings.of(workload);
            }
        };
    }

    private void read(Path file) {
        try (MappingIterator<JsonNode> documents =
                YAML.readerFor(JsonNode.class).readValues(file.toFile())) {
            for (JsonNode document : documents.readAll()) {
                StoredObject object = object(document);
                refuseUnknownFields(file, object);
                namespaces |= object.kind().equals("Namespace");
                room(object.kind()).remember(object);
            }
        }
    }

    /** A slip of the pen in a case would be a case of nothing. */
    private static void refuseUnknownFields(Path file, StoredObject object) {
        boolean isProfile = object.kind().equals(SidecarProfile.KIND);
        if (isProfile || object.kind().equals(SidecarPolicy.KIND)) {
            Typed.unknownField(object.body(), isProfile ? SidecarProfile.class : SidecarPolicy.class)
                    .ifPresent(field -> {
                        throw new AssertionError(file + " has a field that nobody knows: " + field);
                    });
        }
    }

    private Remembered room(String kind) {
        return switch (kind) {
            case SidecarProfile.KIND -> profiles;
            case SidecarPolicy.KIND -> policies;
            case "Namespace" -> surroundings.namespaces();
            case "LimitRange" -> surroundings.limitRanges();
            case "ResourceQuota" -> surroundings.resourceQuotas();
            case "HorizontalPodAutoscaler" -> surroundings.horizontalPodAutoscalers();
            case "VerticalPodAutoscaler" -> surroundings.verticalPodAutoscalers();
            default -> throw new AssertionError("nobody reads a " + kind);
        };
    }

    private static StoredObject object(JsonNode document) {
        JsonNode metadata = document.path("metadata");
        Map<String, String> labels = new HashMap<>();
        metadata.path("labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asString()));
        Map<String, Object> body = new HashMap<>();
        for (String part : List.of("spec", "status")) {
            if (document.has(part)) {
                body.put(part, YAML.treeToValue(document.path(part), Object.class));
            }
        }
        return new StoredObject(
                document.path("kind").asString(),
                metadata.path("namespace").asString(""),
                metadata.path("name").asString(),
                metadata.path("resourceVersion").asString(""),
                Map.copyOf(labels),
                body);
    }
}
