package dev.sidecarsizer.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.advice.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** The schemas leave nothing unsaid and nothing unbounded. */
class CrdSchemaTest {

    static List<JsonNode> kinds() {
        return Manifests.listedIn(Path.of("deploy", "crds")).objects();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void everyFieldIsDescribed(JsonNode crd) {
        List<String> silent = new ArrayList<>();
        fields("", schema(crd))
                .filter(field -> !field.path().equals(".metadata"))
                .filter(field -> field.schema().path("description").asString("").length() < 8)
                .forEach(field -> silent.add(field.path()));
        assertThat(silent).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void everyTextAndListIsBounded(JsonNode crd) {
        List<String> unbounded = new ArrayList<>();
        fields("", schema(crd))
                .filter(field ->
                        field.path().startsWith(".spec") || field.path().startsWith(".status"))
                .forEach(field -> {
                    JsonNode schema = field.schema();
                    boolean bounded =
                            switch (schema.path("type").asString()) {
                                case "string" -> schema.has("maxLength") || schema.has("enum") || schema.has("format");
                                case "array" -> schema.has("maxItems");
                                case "object" -> schema.has("properties") || schema.has("maxProperties");
                                default -> true;
                            };
                    if (!bounded) {
                        unbounded.add(field.path());
                    }
                });
        assertThat(unbounded).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void everyRuleNamesItsFieldAndSaysWhatToDo(JsonNode crd) {
        fields("", schema(crd)).forEach(field -> {
            String name = field.path().replaceFirst("\\[]$", "");
            for (JsonNode rule : field.schema().path("x-kubernetes-validations")) {
                String message = rule.path("message").asString("");
                if (field.schema().path("type").asString().equals("object")) {
                    assertThat(message).as(field.path()).contains(": ");
                } else {
                    assertThat(message)
                            .as(field.path())
                            .contains(name.substring(name.lastIndexOf('.') + 1))
                            .contains("such as");
                }
            }
        });
    }

    @Test
    void listsOfTheStatusMergeByKey() {
        JsonNode status = schema(kinds().getFirst()).at("/properties/status/properties");
        assertThat(status.at("/conditions/x-kubernetes-list-map-keys/0").asString())
                .isEqualTo("type");
        assertThat(status.at("/decisions/x-kubernetes-list-map-keys")
                        .valueStream()
                        .map(JsonNode::asString))
                .containsExactly("mode", "decision", "reason");
        assertThat(status.at("/decisions/maxItems").asInt()).isEqualTo(32);
    }

    /** All of them at once, or one too many would cost the profile. */
    @Test
    void thereIsRoomForEachKindOfFinding() {
        JsonNode status = schema(kinds().getFirst()).at("/properties/status/properties");
        assertThat(List.of(status.at("/findings/maxItems"), status.at("/unjudged/maxItems")))
                .allSatisfy(most -> assertThat(most.asInt()).isGreaterThan(Kind.values().length));
    }

    private record Field(String path, JsonNode schema) {}

    private static Stream<Field> fields(String path, JsonNode schema) {
        Stream<Field> properties = schema.path("properties").properties().stream()
                .flatMap(property -> fields(path + "." + property.getKey(), property.getValue()));
        Stream<Field> items = schema.has("items") ? fields(path + "[]", schema.path("items")) : Stream.empty();
        return Stream.concat(Stream.of(new Field(path, schema)), Stream.concat(properties, items));
    }

    private static JsonNode schema(JsonNode crd) {
        return crd.at("/spec/versions/0/schema/openAPIV3Schema");
    }
}
