package dev.sidecarsizer.patch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.Pods;
import io.fabric8.zjsonpatch.JsonPatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class JsonEditTest {

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{annotations: null}", "{annotations: {}}", "{annotations: {other: stays}}"})
    void makesParentsThatAreMissingOrNull(String metadata) {
        Pod pod = pod(metadata, "{}");
        JsonEdit edit = new JsonEdit(pod);
        edit.set("/metadata/annotations", "example.org/a~b", "value");
        assertThat(patched(pod, edit)
                        .at("/metadata/annotations")
                        .path("example.org/a~b")
                        .asString())
                .isEqualTo("value");
        assertThat(patched(pod, edit).at("/metadata/annotations").has("other")).isEqualTo(metadata.contains("other"));
        assertThat(edit.operations().size()).isEqualTo(metadata.contains("{annotations: {") ? 1 : 2);
    }

    @Test
    void makesParentsOfParents() {
        for (String container : new String[] {"{}", "{resources: null}", "{resources: {limits: null}}"}) {
            Pod pod = pod("{}", "{containers: [" + container + "]}");
            JsonEdit edit = new JsonEdit(pod);
            edit.set("/spec/containers/0/resources/limits", "memory", "192Mi");
            assertThat(patched(pod, edit)
                            .at("/spec/containers/0/resources/limits/memory")
                            .asString())
                    .isEqualTo("192Mi");
        }
    }

    /** RFC 6901: first the tilde, then the slash. */
    @Test
    void escapesMembersInPointers() {
        Pod pod = pod("{annotations: {}}", "{}");
        JsonEdit edit = new JsonEdit(pod);
        edit.set("/metadata/annotations", "a/b~c", "x");
        edit.set("/metadata/annotations", "~1", "y");
        assertThat(edit.operations()
                        .valueStream()
                        .map(operation -> operation.path("path").asString()))
                .containsExactly("/metadata/annotations/a~1b~0c", "/metadata/annotations/~01");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"{}", "{volumes: null}", "{volumes: []}", "{volumes: [{name: other}]}"})
    void appendsToArraysThatAreThereOrNot(String spec) {
        Pod pod = pod("{}", spec);
        JsonEdit edit = new JsonEdit(pod);
        edit.append("/spec", "volumes", item("one"));
        edit.append("/spec", "volumes", item("two"));
        assertThat(patched(pod, edit).at("/spec/volumes").valueStream().map(volume -> volume.path("name")
                        .asString()))
                .endsWith("one", "two")
                .hasSize(spec.contains("other") ? 3 : 2);
    }

    @Test
    void doesNothingWhereItIsDoneAlready() {
        Pod pod = pod("{annotations: {key: value}}", "{volumes: [{name: one, emptyDir: {}}]}");
        JsonEdit edit = new JsonEdit(pod);
        edit.set("/metadata/annotations", "key", "value");
        edit.append("/spec", "volumes", item("one"));
        assertThat(edit.operations()).isEmpty();
    }

    @Test
    void leavesThePodItselfAlone() {
        Pod pod = pod("{annotations: {key: value}}", "{volumes: []}");
        String before = pod.tree().toString();
        JsonEdit edit = new JsonEdit(pod);
        edit.set("/metadata/annotations", "key", "other");
        edit.append("/spec", "volumes", item("one"));
        assertThat(pod.tree()).hasToString(before);
        assertThat(edit.operations().size()).isEqualTo(2);
    }

    @Test
    void neitherTestsNorReplacesNorRemoves() {
        Pod pod = pod("{annotations: {key: value}}", "{}");
        JsonEdit edit = new JsonEdit(pod);
        edit.set("/metadata/annotations", "key", "other");
        edit.append("/spec", "volumes", item("one"));
        assertThat(edit.operations())
                .allSatisfy(
                        operation -> assertThat(operation.path("op").asString()).isEqualTo("add"));
        assertThat(patched(pod, edit).at("/metadata/annotations/key").asString())
                .isEqualTo("other");
    }

    /** As the API server weighs them: keys and values, in bytes. */
    @Test
    void weighsAnnotationsInBytes() {
        JsonEdit edit = new JsonEdit(pod("{annotations: {ab: 'ü€'}}", "{}"));
        assertThat(edit.annotationsWeight()).isEqualTo(2 + 2 + 3);
        edit.set("/metadata/annotations", "🦀", "xyz");
        assertThat(edit.annotationsWeight()).isEqualTo(7 + 4 + 3);
        assertThat(new JsonEdit(pod("{}", "{}")).annotationsWeight()).isZero();
    }

    private static JsonNode patched(Pod pod, JsonEdit edit) {
        return JsonPatch.apply(edit.operations(), pod.tree());
    }

    private static ObjectNode item(String name) {
        return (ObjectNode) Pods.tree("{name: " + name + "}");
    }

    private static Pod pod(String metadata, String spec) {
        return Pods.of("{metadata: " + metadata + ", spec: " + spec + "}");
    }
}
