package dev.sidecarsizer.advice;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.profile.ProxyFacts;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.ser.std.ToStringSerializer;

/**
 * A folder of {@code src/test/resources/advice}: what is known of a sidecar, and what is said to that.
 *
 * @param kind the folder that it is in: the finding that it is about
 * @param name what it is, in words
 */
record Case(String kind, String name, Path folder) {

    private static final Path ALL = Path.of("src", "test", "resources", "advice");

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .addModule(new SimpleModule()
                    .addDeserializer(Bytes.class, new QuantityReader())
                    .addSerializer(Bytes.class, ToStringSerializer.instance))
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    static List<Case> all() {
        return folders(ALL)
                .flatMap(kind -> folders(kind)
                        .map(folder -> new Case(
                                kind.getFileName().toString(),
                                folder.getFileName().toString(),
                                folder)))
                .toList();
    }

    Known known() {
        ObjectNode known = (ObjectNode) yaml("known.yaml");
        ObjectNode facts = MAPPER.valueToTree(ProxyFacts.UNKNOWN);
        put(facts, known.get("facts"));
        return MAPPER.treeToValue(known.set("facts", facts), Known.class);
    }

    /** As in a profile, facts are not in parts: each goes to the part that has one of its name. */
    private static void put(ObjectNode parts, JsonNode shown) {
        shown.forEachEntry((name, value) -> {
            if (value.isObject()) {
                put(parts, value);
            } else {
                Objects.requireNonNull(parts.findParent(name), name).set(name, value);
            }
        });
    }

    /** {@code found}, {@code lacks} or {@code healthy}, each as a tree. */
    JsonNode expected() {
        return yaml("answer.yaml");
    }

    /** An answer in the same form. */
    static JsonNode tree(Rule.Answer answer) {
        if (answer instanceof Rule.Answer.Found found) {
            return MAPPER.valueToTree(Map.of("found", MAPPER.valueToTree(found)));
        }
        return MAPPER.valueToTree(
                answer instanceof Rule.Answer.Unknown unknown
                        ? Map.of("lacks", unknown.lacks())
                        : Map.of("healthy", true));
    }

    @Override
    public String toString() {
        return kind + ": " + name;
    }

    private JsonNode yaml(String file) {
        try {
            return MAPPER.valueToTree(Serialization.unmarshal(Files.readString(folder.resolve(file)), Map.class));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Path> folders(Path in) {
        try (Stream<Path> entries = Files.list(in)) {
            return entries.filter(Files::isDirectory).sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
