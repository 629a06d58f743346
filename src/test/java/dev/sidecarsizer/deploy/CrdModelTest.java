package dev.sidecarsizer.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.mesh.Relief;
import dev.sidecarsizer.sizing.Decision;
import dev.sidecarsizer.sizing.SizingPolicy;
import dev.sidecarsizer.store.SidecarHistory;
import dev.sidecarsizer.store.SidecarPolicy;
import dev.sidecarsizer.store.SidecarProfile;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** The kinds' schemas and their Java model say the same, field by field, in both directions. */
class CrdModelTest {

    /** Every object's, and the API server's business. */
    private static final List<String> OF_EVERY_OBJECT = List.of("apiVersion", "kind", "metadata");

    static Stream<Class<?>> kinds() {
        return Stream.of(SidecarProfile.class, SidecarPolicy.class, SidecarHistory.class);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void everyFieldIsInBothAndOfTheSameType(Class<?> kind) {
        List<String> differences = new ArrayList<>();
        compare("", kind, schemaOf(kind), differences);
        assertThat(differences).isEmpty();
    }

    @Test
    void comparisonSeesDifferences() {
        record Observed(@Nullable Integer pods, @Nullable String days, @Nullable String weather) {}
        List<String> differences = new ArrayList<>();
        compare(
                "",
                Observed.class,
                schemaOf(SidecarProfile.class).at("/properties/status/properties/observed"),
                differences);
        assertThat(differences)
                .contains(".days is integer int32 in the schema, string in Java", ".weather is only in Java")
                .contains(".oomKills is only in the schema")
                .noneMatch(difference -> difference.startsWith(".pods"));
    }

    @Test
    void wordsOfDecisionsAreTheSame() {
        JsonNode decision =
                schemaOf(SidecarProfile.class).at("/properties/status/properties/decisions/items/properties");
        assertThat(texts(decision.at("/mode/enum")))
                .containsExactlyElementsOf(
                        Arrays.stream(Mode.values()).map(Mode::toString).toList());
        assertThat(texts(decision.at("/decision/enum")))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(Decision.class.getPermittedSubclasses())
                        .map(Class::getSimpleName)
                        .toList());
        int longest = decision.at("/reason/maxLength").asInt();
        assertThat(Stream.of(Decision.Reason.values(), Decision.Origin.values()).flatMap(Arrays::stream))
                .allSatisfy(reason -> assertThat(reason.name()).hasSizeLessThanOrEqualTo(longest));
    }

    @Test
    void defaultsInDescriptionsAreTheDefaults() {
        JsonNode spec = schemaOf(SidecarPolicy.class).at("/properties/spec/properties");
        SizingPolicy defaults = SizingPolicy.DEFAULT;
        assertDefault(spec.path("oomRisk"), Objects.requireNonNull(defaults.oomRisk()));
        assertDefault(spec.path("headroom"), defaults.headroom());
        assertDefault(spec.path("floor"), defaults.floor());
        assertDefault(spec.path("ceiling"), defaults.ceiling());
        assertDefault(spec.path("minHistory"), defaults.minHistory().toHours() + "h");
        assertDefault(spec.at("/overload/properties/enabled"), defaults.overload());
        assertDefault(spec.path("gateways"), defaults.gateways());
        assertDefault(spec.path("oomLoop"), defaults.oomLoop());
        assertThat(texts(spec.at("/oomLoop/enum")))
                .containsExactlyElementsOf(
                        Arrays.stream(Relief.values()).map(Relief::toString).toList());
        assertDefault(
                spec.at("/idleTimeout/properties/http"),
                Objects.requireNonNull(defaults.httpIdleTimeout()).toSeconds() + "s");
        assertThat(defaults.tcpIdleTimeout()).isNull();
        assertDefault(spec.at("/idleTimeout/properties/tcp"), "none");
    }

    private static void assertDefault(JsonNode field, Object value) {
        assertThat(field.path("description").asString()).contains("Default " + value);
    }

    private static void compare(String path, Class<?> model, JsonNode schema, List<String> differences) {
        JsonNode properties = schema.path("properties");
        TreeSet<String> unseen = new TreeSet<>(properties.propertyNames());
        if (path.isEmpty()) {
            OF_EVERY_OBJECT.forEach(unseen::remove);
        }
        for (RecordComponent component : model.getRecordComponents()) {
            String here = path + "." + component.getName();
            if (unseen.remove(component.getName())) {
                compareField(here, component.getGenericType(), properties.path(component.getName()), differences);
                requireNullable(here, component.getAnnotatedType(), differences);
            } else {
                differences.add(here + " is only in Java");
            }
        }
        unseen.forEach(field -> differences.add(path + "." + field + " is only in the schema"));
    }

    private static void compareField(String path, Type type, JsonNode schema, List<String> differences) {
        if (type instanceof ParameterizedType generic) {
            boolean map = generic.getRawType() == Map.class;
            expect(path, map ? "object" : "array", schema, differences);
            Type[] arguments = generic.getActualTypeArguments();
            JsonNode items = schema.path(map ? "additionalProperties" : "items");
            compareField(path + (map ? "{}" : "[]"), arguments[arguments.length - 1], items, differences);
        } else if (type instanceof Class<?> model && model.isRecord()) {
            expect(path, "object", schema, differences);
            compare(path, model, schema, differences);
        } else {
            expect(path, scalarOf(type), schema, differences);
        }
    }

    private static void expect(String path, String inJava, JsonNode schema, List<String> differences) {
        String format = schema.path("format").asString("");
        // a point in time is text until it is read
        String inSchema =
                schema.path("type").asString() + (format.isEmpty() || format.equals("date-time") ? "" : " " + format);
        if (!inSchema.equals(inJava)) {
            differences.add(path + " is " + inSchema + " in the schema, " + inJava + " in Java");
        }
    }

    private static String scalarOf(Type type) {
        return Map.<Type, String>of(
                        String.class, "string",
                        Integer.class, "integer int32",
                        Long.class, "integer int64",
                        Double.class, "number double",
                        Boolean.class, "boolean")
                .getOrDefault(type, type.getTypeName());
    }

    /** What is stored may have been stored before the field was required, or by hand into a folder. */
    private static void requireNullable(String path, AnnotatedElement type, List<String> differences) {
        if (!type.isAnnotationPresent(Nullable.class)) {
            differences.add(path + " may be absent, but not in Java");
        }
    }

    private static List<String> texts(JsonNode list) {
        return list.valueStream().map(JsonNode::asString).toList();
    }

    private static JsonNode schemaOf(Class<?> kind) {
        return Manifests.listedIn(Path.of("deploy", "crds")).objects().stream()
                .filter(crd -> crd.at("/spec/names/kind").asString().equals(kind.getSimpleName()))
                .findFirst()
                .orElseThrow()
                .at("/spec/versions/0/schema/openAPIV3Schema");
    }
}
