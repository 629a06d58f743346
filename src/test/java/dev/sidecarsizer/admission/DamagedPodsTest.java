package dev.sidecarsizer.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.sidecarsizer.mesh.Mode;
import io.fabric8.zjsonpatch.JsonPatch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Pods as nobody would write them: those of the folders, each with a few places broken at random. The same every time.
 */
class DamagedPodsTest {

    private static final int PODS = 2_000;
    private static final int MOST_BREAKS = 4;
    private static final long SEED = 20_261_124;
    private static final Duration SOON = Duration.ofSeconds(60);

    /** Escapes what is not ASCII, so that half a surrogate pair can be sent. */
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private static final List<String> ODD = List.of(
            "null",
            "true",
            "0",
            "-1",
            "1e999999999",
            "-1e999999999",
            "1e-999999999",
            "9".repeat(100),
            "0.1",
            "\"\"",
            "\"-1\"",
            "\"8Ei\"",
            "\"1e999999999\"",
            "\"1.5.5\"",
            "\"0\"",
            "\"16Mi\"",
            "\"1Ti\"",
            "\"192Mi\"",
            "\"istio-proxy\"",
            "\"sidecar\"",
            "\"Always\"",
            "\"none\"",
            "\"{\"",
            "\"\\ud800\"",
            "\"\\u0000\\r\\n\"",
            "\"sidecar-sizer-bootstrap\"",
            "\"/etc/sidecar-sizer/bootstrap\"",
            "\"" + "x".repeat(70_000) + "\"",
            "[]",
            "{}",
            "[null]",
            "[[[{}]]]",
            "{\"memory\":null}",
            "{\"memory\":7}",
            "{\"name\":\"istio-proxy\"}",
            "{\"\":{\"~/\":[]}}",
            "[".repeat(60) + "]".repeat(60));

    private final Random random = new Random(SEED);

    @Test
    void areAdmittedAndWhatIsPatchedApplies() {
        List<Sound> cases = Stream.of(
                        "native-sidecar-of-a-deployment",
                        "owner-asks-for-a-limit-and-an-idle-timeout",
                        "guaranteed-pod-stays-guaranteed",
                        "limit-range-of-the-whole-pod",
                        "memory-quota-lets-the-pod-ask-for-no-more",
                        "pod-level-resources-bind-the-proxy",
                        "second-round-on-our-own-output",
                        "second-round-after-a-vertical-autoscaler-sized-the-proxy",
                        "null-where-lists-and-objects-could-be",
                        "workflow-pods-grouped-by-labels")
                .map(AdmissionCase::named)
                .map(Sound::of)
                .toList();
        Map<String, Integer> seen = new TreeMap<>();
        assertTimeoutPreemptively(SOON, () -> IntStream.range(0, PODS)
                .forEach(i -> seen.merge(admit(cases.get(i % cases.size())), 1, Integer::sum)));
        assertThat(seen).doesNotContainKey("INTERNAL_ERROR");
        // neither all harmless nor all hopeless
        assertThat(seen.getOrDefault("WORKLOAD_PROFILE", 0)).isBetween(PODS / 10, PODS * 9 / 10);
        assertThat(seen).hasSizeGreaterThan(7).containsKeys("POD_NOT_UNDERSTOOD", "NO_PROXY", "NO_PROFILE");
    }

    private String admit(Sound sound) {
        AdmissionCase one = sound.one();
        JsonNode review = sound.review().deepCopy();
        ObjectNode request = (ObjectNode) review.path("request");
        for (int breaks = 1 + random.nextInt(MOST_BREAKS); breaks > 0; breaks--) {
            damage(request.path("object"));
        }
        Answer answer = one.answer(JSON.writeValueAsBytes(review), Mode.ENFORCE);
        JsonNode patch = answer.patch();
        assertThat(answer.response().path("allowed").booleanValue()).isTrue();
        if (!patch.isEmpty()) {
            request.set("object", JsonPatch.apply(patch, request.path("object")));
            assertThat(one.answer(JSON.writeValueAsBytes(review), Mode.ENFORCE).patchText())
                    .isEqualTo("[]");
        }
        return answer.verdict().reason();
    }

    /** A case before anything in it is broken. */
    private record Sound(AdmissionCase one, JsonNode review) {

        static Sound of(AdmissionCase one) {
            JsonNode review = JSON.readTree(one.review());
            // half of what there is to break, and nobody reads it
            ((ObjectNode) review.at("/request/object/metadata")).remove("managedFields");
            return new Sound(one, review);
        }
    }

    /** Goes down to a random place, and breaks what is there. */
    private void damage(JsonNode pod) {
        JsonNode parent = pod;
        while (!parent.isEmpty()) {
            int at = random.nextInt(parent.size());
            JsonNode child = parent.valueStream().skip(at).findFirst().orElseThrow();
            if (child.isEmpty() || random.nextInt(4) == 0) {
                damage(parent, at);
                return;
            }
            parent = child;
        }
    }

    private void damage(JsonNode parent, int at) {
        JsonNode odd = JSON.readTree(ODD.get(random.nextInt(ODD.size())));
        int how = random.nextInt(4);
        if (parent instanceof ArrayNode items) {
            switch (how) {
                case 0 -> items.remove(at);
                case 1 -> items.insert(at, items.get(at).deepCopy());
                default -> items.set(at, odd);
            }
        } else if (parent instanceof ObjectNode object) {
            String member = List.copyOf(object.propertyNames()).get(at);
            switch (how) {
                case 0 -> object.remove(member);
                case 1 -> object.set(member + "x", object.remove(member));
                default -> object.set(member, odd);
            }
        }
    }
}
