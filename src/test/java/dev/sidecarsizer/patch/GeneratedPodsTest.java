package dev.sidecarsizer.patch;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.admission.Judgement;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.Pods;
import dev.sidecarsizer.mesh.ProxyConfig;
import dev.sidecarsizer.mesh.ProxyContainer.Role;
import dev.sidecarsizer.mesh.Relief;
import dev.sidecarsizer.patch.Overload.Outcome;
import dev.sidecarsizer.sizing.Decision;
import dev.sidecarsizer.sizing.Decision.Keep;
import dev.sidecarsizer.sizing.Decision.Reason;
import dev.sidecarsizer.sizing.OwnerWord;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** Pods of every kind get the override that {@code docs/overload.md} says, or none where it says none. */
class GeneratedPodsTest {

    private static final String KEPT = "KEPT";
    private static final String VARIABLE = "ISTIO_BOOTSTRAP_OVERRIDE";
    private static final String MARK = "ISTIO_META_SIDECAR_SIZER_OVERLOAD";
    private static final String VOLUME = "sidecar-sizer-bootstrap";

    @Test
    void getWhatFitsThemAndWhatTheirProxyKnows() {
        Map<String, Integer> seen = new TreeMap<>();
        GeneratedPods.all().forEach(one -> seen.merge(look(one), 1, Integer::sum));

        assertThat(seen.keySet())
                .containsExactlyInAnyOrderElementsOf(Stream.concat(Stream.of(KEPT), Outcomes.ofOverload().stream())
                        .toList());
        assertThat(seen.values()).as(seen.toString()).allMatch(pods -> pods > 50);
    }

    private static String look(GeneratedPod one) {
        try {
            Judgement judgement = one.judge();
            Pod after = one.after(judgement);
            assertThat(one.judge(after).operations()).as("left to do").isEmpty();
            if (isAsItCame(judgement.decision(), after)) {
                assertThat(after.tree().path("spec")).isEqualTo(one.pod().tree().path("spec"));
                assertThat(after.annotation(Overload.ANNOTATION))
                        .isEqualTo(one.pod().annotation(Overload.ANNOTATION));
                return KEPT;
            }
            Bytes limit = limit(after);
            Outcome outcome = outcome(one, limit);
            assertThat(requireNonNull(judgement.patch()).note()).contains("\"overload\":\"" + outcome + "\"");
            if (outcome == Outcome.SET) {
                boolean resized =
                        judgement.decision() instanceof Keep || one.policy().oomLoop() != Relief.TELL;
                holds(one, after, limit, resized);
            } else {
                hasNone(one.pod(), after);
            }
            endsSilentStreams(one, after, outcome);
            return outcome.name();
        } catch (AssertionError e) {
            throw new AssertionError("of seed " + GeneratedPods.SEED + ": " + one, e);
        }
    }

    private static boolean isAsItCame(Decision decision, Pod pod) {
        return decision instanceof Keep keep
                && (keep.why() != Reason.VPA_OWNS_MEMORY
                        || Pods.proxy(pod).memory().limit() == null);
    }

    private static Bytes limit(Pod pod) {
        Bytes own = Pods.proxy(pod).container().memoryLimit().orElseThrow();
        return pod.podLevelLimit().map(own::atMost).orElse(own);
    }

    private static Outcome outcome(GeneratedPod one, Bytes limit) {
        Integer release = one.release();
        if (one.pod().annotation(OwnerWord.OVERLOAD).equals(Optional.of("false"))) {
            return Outcome.OWNER_OFF;
        }
        if (!one.policy().overload()) {
            return Outcome.POLICY_OFF;
        }
        if (one.taken()) {
            return Outcome.OWNER_OVERRIDE;
        }
        if (release != null && release < 28) {
            return Outcome.PROXY_TOO_OLD;
        }
        return OverrideCheck.Heap.of(limit, one)
                .map(heap -> heap.serves() ? Outcome.SET : Outcome.LIMIT_TOO_SMALL)
                .orElse(Outcome.USE_UNKNOWN);
    }

    /** @param resized whether somebody may resize it in place: its policy, or the vertical autoscaler for which it is kept */
    private static void holds(GeneratedPod one, Pod after, Bytes limit, boolean resized) {
        JsonNode override = JsonMapper.shared()
                .readTree(after.annotation(Overload.ANNOTATION).orElseThrow());
        OverrideCheck check = OverrideCheck.of(
                override, limit, !resized || after.podLevelLimit().isPresent(), one);
        check.actsInOrder();
        check.refusesNobodyBelow(one.lineage().peak());
        check.limitsTheAllocator();
        isShown(one, after, override);
    }

    /** What pilot-agent opens is what the volume shows of the annotation; what Envoy reads of the limit, of the limit. */
    private static void isShown(GeneratedPod one, Pod after, JsonNode override) {
        JsonNode proxy = Pods.proxy(after).container().tree();
        JsonNode items = only(after.tree().at("/spec/volumes"), VOLUME).at("/downwardAPI/items");
        String folder =
                only(proxy.path("volumeMounts"), VOLUME).path("mountPath").asString();
        assertThat(only(proxy.path("env"), VARIABLE).path("value").asString())
                .isEqualTo(folder + "/" + items.at("/0/path").asString());
        assertThat(only(proxy.path("env"), MARK).path("value").asString())
                .isEqualTo(Pods.proxy(one.pod())
                        .container()
                        .env(MARK)
                        .map(theirs -> theirs.path("value").asString())
                        .orElse("true"));
        assertThat(items.at("/0/fieldRef/fieldPath").asString())
                .isEqualTo("metadata.annotations['" + Overload.ANNOTATION + "']");
        JsonNode layer = override.at("/layered_runtime/layers/0/disk_layer");
        if (!layer.isMissingNode()) {
            assertThat(layer.path("symlink_root").asString()).isEqualTo(folder + "/..data");
        }
        String key = override.at(
                        "/overload_manager/resource_monitors/0/typed_config/max_heap_size_bytes_runtime/runtime_key")
                .asString("");
        String file = layer.path("subdirectory").asString("") + "/" + key.replace('.', '/');
        // a volume from an earlier round stays as it is
        boolean shown = one.pod().tree().at("/spec/volumes").toString().contains("limits.memory");
        assertThat(items).hasSize(layer.isMissingNode() && !shown ? 1 : 2);
        assertThat(items.valueStream().skip(1)).allSatisfy(item -> {
            assertThat(item.path("path").asString())
                    .isEqualTo(layer.isMissingNode() ? OverloadBootstrap.LIMIT_FILE : file);
            assertThat(item.at("/resourceFieldRef/resource").asString()).isEqualTo("limits.memory");
            assertThat(item.at("/resourceFieldRef/containerName").asString()).isEqualTo("istio-proxy");
        });
    }

    /** Nothing of ours comes; what an earlier round wrote is emptied, but stays valid. */
    private static void hasNone(Pod before, Pod after) {
        assertThat(after.annotation(Overload.ANNOTATION))
                .isEqualTo(before.annotation(Overload.ANNOTATION).map(any -> "{}"));
        assertThat(after.tree().at("/spec/volumes")).isEqualTo(before.tree().at("/spec/volumes"));
        assertThat(Pods.proxy(after).container().tree().path("volumeMounts"))
                .isEqualTo(Pods.proxy(before).container().tree().path("volumeMounts"));
        for (String variable : List.of(VARIABLE, MARK)) {
            assertThat(Pods.proxy(after).container().env(variable))
                    .isEqualTo(Pods.proxy(before).container().env(variable));
        }
    }

    /** Where an overload manager can shorten it, a timeout of a year comes; not where there is one, or where others have the say. */
    private static void endsSilentStreams(GeneratedPod one, Pod after, Outcome outcome) {
        JsonNode before = settings(one.pod());
        boolean shortens = outcome == Outcome.SET && one.release() != null && one.release() >= 31;
        boolean mayBe = before.isObject()
                && !(before.has("profile") && Pods.proxy(one.pod()).role() == Role.GATEWAY)
                && one.policy().httpIdleTimeout() != null
                && !before.has("httpStreamIdleTimeout")
                && one.pod().annotation(ProxyConfig.ANNOTATION).isEmpty()
                && !one.pod().annotation(OwnerWord.IDLE_TIMEOUT).equals(Optional.of("none"));
        JsonNode theirs = before.path("httpStreamIdleTimeout");
        assertThat(settings(after).path("httpStreamIdleTimeout").asString(""))
                .isEqualTo(shortens && mayBe ? "31536000s" : theirs.asString(""));
        for (String member : List.of("profile", "httpDrainTimeout")) {
            assertThat(settings(after).path(member)).isEqualTo(before.path(member));
        }
    }

    /** An empty object where there may be some; missing where the variable is not as the injector writes it. */
    private static JsonNode settings(Pod pod) {
        String text = Pods.proxy(pod)
                .container()
                .env(ProxyConfig.VARIABLE)
                .map(variable -> variable.path("value").asString())
                .orElse("");
        if (!text.startsWith("{") || text.contains("connection_settings")) {
            return MissingNode.getInstance();
        }
        return JsonMapper.shared()
                .readTree(text)
                .path("connectionSettings")
                .asOptional()
                .orElse(JsonMapper.shared().createObjectNode());
    }

    private static JsonNode only(JsonNode list, String name) {
        List<JsonNode> named = list.valueStream()
                .filter(item -> name.equals(item.path("name").asString("")))
                .toList();
        assertThat(named).hasSize(1);
        return named.getFirst();
    }
}
