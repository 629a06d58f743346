package dev.sidecarsizer.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.mesh.Ownership;
import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.ProxyContainer;
import dev.sidecarsizer.patch.DecisionAnnotation;
import dev.sidecarsizer.patch.HeapBudget;
import dev.sidecarsizer.sizing.ApiServer;
import dev.sidecarsizer.sizing.SizingPolicy;
import dev.sidecarsizer.sizing.Surroundings;
import io.fabric8.zjsonpatch.JsonPatch;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Every folder of {@code src/test/resources/admission}: a new case is a new folder. */
@ExtendWith(CaseNamed.class)
class AdmissionCasesTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final List<AdmissionCase> CASES = AdmissionCase.all();

    /** All that we may write, as JSON pointers. */
    private static final Pattern NAMED =
            Pattern.compile("/metadata/annotations(/sidecar-sizer\\.dev~1(bootstrap|decision))?"
                    + "|/spec/volumes(/-)?"
                    + "|/spec/(initContainers|containers)/\\d+"
                    + "(/(env|volumeMounts)(/-)?|/env/\\d+/value|/resources(/(requests|limits)(/memory)?)?)");

    private static final Set<String> NAMED_BOUNDS = Set.of("LIMIT_RANGE", "POD_LEVEL", "QUOTA");

    static Stream<AdmissionCase> cases() {
        return CASES.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void isAnsweredAsItsFolderSays(AdmissionCase one) {
        JsonNode expected = one.decision();
        Answer mutated = one.answer(one.review(), Mode.ENFORCE);
        Answer audited = one.answer(one.review(), Mode.AUDIT);

        assertThat(mutated.patchText()).isEqualTo(compact(one.patch()));
        assertThat(audited.patchText()).isEqualTo("[]");
        for (String webhook : List.of("mutate", "audit")) {
            Answer answer = webhook.equals("audit") ? audited : mutated;
            assertThat(answer.verdict().decision())
                    .isEqualTo(expected.path("decision").asString());
            assertThat(answer.verdict().reason())
                    .isEqualTo(expected.path("reason").asString());
            assertThat(answer.verdict().mode())
                    .hasToString(expected.path(webhook).path("mode").asString());
            assertThat(answer.warnings())
                    .isEqualTo(expected.path(webhook)
                            .path("warnings")
                            .valueStream()
                            .map(JsonNode::asString)
                            .toList());
            assertThat(answer.note()).isEqualTo(expected.has("note") ? compact(expected.path("note")) : "");
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void isAllowedAndEchoed(AdmissionCase one) {
        JsonNode review = JSON.readTree(one.review());
        for (Mode most : List.of(Mode.ENFORCE, Mode.AUDIT)) {
            Answer answer = one.answer(one.review(), most);
            assertThat(answer.tree().path("apiVersion")).isEqualTo(review.path("apiVersion"));
            assertThat(answer.tree().path("kind")).isEqualTo(review.path("kind"));
            assertThat(answer.response().path("uid")).isEqualTo(review.at("/request/uid"));
            assertThat(answer.response().path("allowed").booleanValue()).isTrue();
            assertThat(answer.response().has("patch"))
                    .isEqualTo(answer.response().has("patchType"));
            assertThat(answer.warnings()).allSatisfy(warning -> {
                assertThat(warning.codePointCount(0, warning.length())).isLessThanOrEqualTo(120);
                assertThat(warning.chars()).noneMatch(Character::isISOControl);
            });
            answer.warnings().stream().limit(1).forEach(first -> assertThat(first)
                    .contains("sidecar-sizer", answer.verdict().reason()));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void isChangedInTheNamedPlacesAloneAndByAPatchThatApplies(AdmissionCase one) {
        JsonNode pod = pod(one.review());
        JsonNode patch = one.answer(one.review(), Mode.ENFORCE).patch();
        assertThat(patch).allSatisfy(operation -> {
            assertThat(operation.path("op").asString()).isEqualTo("add");
            assertThat(operation.path("path").asString()).matches(NAMED);
        });
        assertThat(undone(JsonPatch.apply(patch, pod), patch, pod).toString()).isEqualTo(pod.toString());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void isLeftAloneTheSecondTime(AdmissionCase one) {
        Answer first = one.answer(one.review(), Mode.ENFORCE);
        JsonNode patched = JsonPatch.apply(first.patch(), pod(one.review()));
        for (JsonNode pod : List.of(patched, asTheApiServerDefaultsIt(patched))) {
            Answer second = one.answer(with(one.review(), "object", pod), Mode.ENFORCE);
            assertThat(second.patchText()).isEqualTo("[]");
            assertThat(second.note()).isEqualTo(first.note());
            assertThat(second.verdict().reason()).isEqualTo(first.verdict().reason());
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void isAnsweredTheSameAgainAndInADryRun(AdmissionCase one) {
        byte[] dry = with(one.review(), "dryRun", JSON.getNodeFactory().booleanNode(true));
        for (Mode most : List.of(Mode.ENFORCE, Mode.AUDIT)) {
            String first = one.answer(one.review(), most).body();
            assertThat(one.answer(one.review(), most).body()).isEqualTo(first);
            assertThat(one.answer(dry, most).body()).isEqualTo(first);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void isStillAPodThatTheApiServerTakes(AdmissionCase one) {
        Answer answer = one.answer(one.review(), Mode.ENFORCE);
        if (answer.patch().isEmpty()) {
            return;
        }
        JsonNode before = pod(one.review());
        JsonNode after = JsonPatch.apply(answer.patch(), before);
        Pod pod = new Pod("shop", before);
        SizingPolicy policy = one.objects().policies().of("shop", pod.labels());
        Surroundings surroundings = one.objects().surroundings().of(Ownership.workload(pod, List.of()));
        ProxyContainer proxy = ProxyContainer.in(new Pod("shop", after)).getFirst();

        Bytes limit = proxy.container().memoryLimit().orElseThrow();

        assertThat(proxy.container().memoryRequest().orElseThrow()).isLessThanOrEqualTo(limit);
        assertThat(heapBudget(after).orElse(Bytes.ZERO)).isLessThan(limit);
        assertThat(ApiServer.qos(after)).isEqualTo(ApiServer.qos(before));
        if (ApiServer.refusal(before, surroundings).isEmpty()) {
            assertThat(ApiServer.refusal(after, surroundings)).isEmpty();
        }
        if (surroundings.memoryQuota()) {
            for (String which : List.of("requests", "limits")) {
                assertThat(ApiServer.total(after, which)).isLessThanOrEqualTo(ApiServer.total(before, which));
            }
        }
        JsonNode note = JSON.readTree(answer.note());
        if (answer.verdict().decision().equals("Resize")
                && !answer.verdict().reason().equals("OWNER")
                && note.path("bounds").valueStream().noneMatch(bound -> NAMED_BOUNDS.contains(bound.asString()))) {
            assertThat(limit).isBetween(policy.floor(), policy.ceiling());
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void bearsTheWordsOfItsAnswer(AdmissionCase one) {
        Answer answer = one.answer(one.review(), Mode.ENFORCE);
        if (!answer.note().isEmpty()) {
            JsonNode note = JSON.readTree(answer.note());
            assertThat(note.path("decision").asString())
                    .isEqualTo(answer.verdict().decision());
            assertThat(note.path("reason").asString())
                    .isEqualTo(answer.verdict().reason());
        }
        if (!answer.patch().isEmpty()) {
            JsonNode after = JsonPatch.apply(answer.patch(), pod(one.review()));
            assertThat(after.at("/metadata/annotations")
                            .path(DecisionAnnotation.KEY)
                            .asString())
                    .isEqualTo(answer.note());
        }
    }

    private static JsonNode pod(byte[] review) {
        return JSON.readTree(review).at("/request/object");
    }

    private static byte[] with(byte[] review, String field, JsonNode value) {
        ObjectNode tree = (ObjectNode) JSON.readTree(review);
        ((ObjectNode) tree.path("request")).set(field, value);
        return JSON.writeValueAsBytes(tree);
    }

    private static String compact(JsonNode tree) {
        return JSON.writeValueAsString(tree);
    }

    /** The patched pod with each operation taken back, the last one first: what is left must be the pod as it came. */
    private static JsonNode undone(JsonNode patched, JsonNode patch, JsonNode before) {
        for (int i = patch.size() - 1; i >= 0; i--) {
            String path = patch.get(i).path("path").asString();
            int slash = path.lastIndexOf('/');
            JsonNode parent = patched.at(path.substring(0, slash));
            String member = path.substring(slash + 1).replace("~1", "/").replace("~0", "~");
            JsonNode was = before.at(path);
            if (parent instanceof ArrayNode items) {
                items.remove(items.size() - 1);
            } else if (was.isMissingNode()) {
                ((ObjectNode) parent).remove(member);
            } else {
                ((ObjectNode) parent).set(member, was);
            }
        }
        return patched;
    }

    /** Between two webhooks the API server writes its defaults into what the first one made. */
    private static JsonNode asTheApiServerDefaultsIt(JsonNode pod) {
        JsonNode defaulted = pod.deepCopy();
        for (JsonNode volume : defaulted.at("/spec/volumes")) {
            if (volume.path("downwardAPI") instanceof ObjectNode source && !source.has("defaultMode")) {
                source.put("defaultMode", 420);
                source.path("items").forEach(item -> {
                    if (item.path("fieldRef") instanceof ObjectNode field) {
                        field.put("apiVersion", "v1");
                    } else {
                        ((ObjectNode) item.path("resourceFieldRef")).put("divisor", "0");
                    }
                });
            }
        }
        return defaulted;
    }

    private static Optional<Bytes> heapBudget(JsonNode pod) {
        String override = pod.at("/metadata/annotations")
                .path("sidecar-sizer.dev/bootstrap")
                .asString("{}");
        return HeapBudget.of(JSON.readTree(override));
    }
}
