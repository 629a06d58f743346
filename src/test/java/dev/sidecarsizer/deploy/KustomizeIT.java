package dev.sidecarsizer.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.cluster.Command;
import dev.sidecarsizer.cluster.ControlPlane;
import dev.sidecarsizer.cluster.SharedControlPlane;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What kustomize makes of the folders, and that the API server takes it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(SharedControlPlane.class)
class KustomizeIT {

    private static final Path BASE = Manifests.DEPLOY.resolve("base");
    private static final Path OVERLAYS = Manifests.DEPLOY.resolve("overlays");

    private final ControlPlane plane;

    KustomizeIT(ControlPlane plane) {
        this.plane = plane;
    }

    @ParameterizedTest
    @ValueSource(strings = {"base", "overlays/openssl"})
    void rendersFilesAsTheyStand(String folder) {
        assertThat(byId(Manifests.parse(plane.render(Manifests.DEPLOY.resolve(folder)))))
                .isEqualTo(byId(Manifests.listedIn(BASE)));
    }

    @Test
    void certManagerOverlayChangesTheAnnotationsAndNothingElse() {
        Map<String, JsonNode> rendered = byId(Manifests.parse(plane.render(OVERLAYS.resolve("cert-manager"))));
        Manifests base = Manifests.listedIn(BASE);
        byId(base).forEach((id, object) -> {
            JsonNode ours = rendered.remove(id);
            assertThat(ours).as(id).isNotNull();
            if (id.contains("WebhookConfiguration")) {
                assertThat(ours.at("/metadata/annotations/cert-manager.io~1inject-ca-from")
                                .asString())
                        .isEqualTo("sidecar-sizer-system/sidecar-sizer");
                assertThat(ours.path("webhooks")).isEqualTo(object.path("webhooks"));
            } else {
                assertThat(ours).as(id).isEqualTo(object);
            }
        });
        assertThat(rendered.keySet())
                .allSatisfy(id -> assertThat(id).matches("(Issuer|Certificate) sidecar-sizer-system/.*"))
                .hasSize(4);
    }

    @Test
    void apiServerTakesAllOfIt() {
        Manifests base = Manifests.listedIn(BASE);
        plane.apply(base.only("Namespace").toString());
        List<String> words = new ArrayList<>(plane.kubectl());
        // a trial, for others use this API server too; strict: a field that no schema knows is an error
        words.addAll(List.of("apply", "--server-side", "--dry-run=server", "--validate=strict", "-f", "-"));

        Command.Outcome outcome = new Command(words).run(plane.render(BASE));

        assertThat(outcome.ok()).as(outcome.err()).isTrue();
        assertThat(outcome.out().lines()).hasSameSizeAs(base.objects());
    }

    private static Map<String, JsonNode> byId(Manifests manifests) {
        List<JsonNode> objects = manifests.objects();
        return objects.stream().collect(Collectors.toMap(Manifests::id, Function.identity()));
    }
}
