package dev.sidecarsizer.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.cluster.Command;
import dev.sidecarsizer.cluster.ControlPlane;
import dev.sidecarsizer.cluster.SharedControlPlane;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The bootstrap that a live proxy starts from stays as it is, whoever asks and by whatever way. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(SharedControlPlane.class)
class BootstrapFrozenIT {

    private static final String NAMESPACE = "frozen";
    private static final String KEY = "sidecar-sizer.dev/bootstrap";

    private final ControlPlane plane;

    BootstrapFrozenIT(ControlPlane plane) throws InterruptedException {
        this.plane = plane;
        Manifests base = Manifests.listedIn(Manifests.DEPLOY.resolve("base"));
        for (String kind : List.of("ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding")) {
            plane.apply(base.only(kind).toString());
        }
        plane.createNamespace(NAMESPACE, Map.of());
        awaitPolicy();
    }

    @ParameterizedTest
    @CsvSource({"removed, null", "emptied, '\"\"'", "changed, '\"{}\"'"})
    void cannotBe(String how, String value) {
        createPod("live-" + how, KEY);
        assertThat(annotate("live-" + how, KEY, value, "").err())
                .contains("annotation " + KEY + " of a live pod must not be changed or removed")
                .contains("Delete the pod instead");
    }

    @Test
    void cannotBeRemovedThroughTheStatus() {
        createPod("by-status", KEY);
        assertThat(annotate("by-status", KEY, "null", "--subresource=status").err())
                .contains("must not be changed or removed");
    }

    /** The API server takes only its own part of these: a way that some day takes more would show here. */
    @ParameterizedTest
    @CsvSource({"resize", "ephemeralcontainers"})
    void survivesSubresource(String subresource) {
        createPod("by-" + subresource, KEY);
        annotate("by-" + subresource, KEY, "null", "--subresource=" + subresource);
        assertThat(plane.admin()
                        .pods()
                        .inNamespace(NAMESPACE)
                        .withName("by-" + subresource)
                        .get()
                        .getMetadata()
                        .getAnnotations())
                .containsEntry(KEY, "{\"a\":1}");
    }

    @Test
    void otherAnnotationsAndOtherPodsAreFree() {
        createPod("free", KEY);
        assertThat(annotate("free", "note", "\"x\"", "").err()).isEmpty();
        createPod("not-ours", "other");
        assertThat(annotate("not-ours", "other", "null", "").err()).isEmpty();
    }

    /** A policy takes effect some time after it was stored. */
    private void awaitPolicy() throws InterruptedException {
        createPod("awaits-the-policy", KEY);
        for (int i = 0; i < 100; i++) {
            if (annotate("awaits-the-policy", KEY, "\"" + i + "\"", "").err().contains("must not be changed")) {
                return;
            }
            Thread.sleep(100);
        }
        throw new AssertionError("the policy did not take effect within 10 s");
    }

    private void createPod(String name, String annotation) {
        plane.apply(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s, namespace: %s, annotations: {%s: '{"a":1}'}}
                spec: {containers: [{name: app, image: app}]}
                """
                        .formatted(name, NAMESPACE, annotation));
    }

    private Command.Outcome annotate(String pod, String key, String value, String flag) {
        List<String> words = new ArrayList<>(plane.kubectl());
        words.addAll(List.of("patch", "pod", pod, "--namespace=" + NAMESPACE, "--type=merge"));
        words.addAll(List.of("--patch", "{\"metadata\":{\"annotations\":{\"" + key + "\":" + value + "}}}"));
        if (!flag.isEmpty()) {
            words.add(flag);
        }
        return new Command(words).run();
    }
}
