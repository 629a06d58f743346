package dev.sidecarsizer.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.cluster.Command;
import dev.sidecarsizer.cluster.GoPart;
import dev.sidecarsizer.cluster.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The Helm chart and kustomize make the same objects: by default, and for every component that the chart has a value for. */
@Tag("mesh")
class HelmChartIT {

    private static final Path CHART = Manifests.DEPLOY.resolve("helm/sidecar-sizer");

    private final Path helm = GoPart.named("helm").build("helm.sh/helm/v4/cmd/helm", Progress.onConsole());
    private final Path kubectl =
            GoPart.named("kubernetes-1.36").build("k8s.io/kubernetes/cmd/kubectl", Progress.onConsole());

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            base                  |                 |
            overlays/openssl      |                 |
            overlays/cert-manager |                 | certificate.owner=cert-manager
            overlays/openssl      | host-network    | hostNetwork=true
            overlays/openssl      | webhook-port    | port=10250
            overlays/openssl      | service-monitor | serviceMonitor.enabled=true
            overlays/openssl      | aks             | webhookAnnotations.admissions\\.enforcer/disabled=true
            overlays/cert-manager | aks             | certificate.owner=cert-manager,webhookAnnotations.admissions\\.enforcer/disabled=true
            """)
    void rendersWhatKustomizeRenders(String folder, String component, String values, @TempDir Path temporary)
            throws IOException {
        List<String> template = new ArrayList<>(List.of("template", "sidecar-sizer", CHART.toString()));
        template.addAll(List.of("--namespace", "sidecar-sizer-system", "--include-crds"));
        if (values != null) {
            // as text: an annotation's "true" is none of YAML's business
            template.addAll(List.of(values.contains("/") ? "--set-string" : "--set", values));
        }
        Map<String, JsonNode> helms = byId(run(helm, template));
        Map<String, JsonNode> kustomizes = byId(kustomize(folder, component, temporary));

        assertThat(helms.keySet()).isEqualTo(kustomizes.keySet()).hasSizeGreaterThan(15);
        kustomizes.forEach((id, object) -> assertThat(helms.get(id)).as(id).isEqualTo(object));
    }

    @Test
    void lints() {
        assertThat(run(helm, List.of("lint", "--strict", CHART.toString()))).contains("0 chart(s) failed");
    }

    @Test
    void refusesValuesThatItDoesNotKnow() {
        Command.Outcome outcome = new Command(
                        List.of(helm.toString(), "template", CHART.toString(), "--set", "certificate.owner=nobody"))
                .run();
        assertThat(outcome.ok()).isFalse();
        assertThat(outcome.err())
                .contains("/certificate/owner")
                .contains("openssl")
                .contains("cert-manager");
    }

    private String kustomize(String folder, String component, Path temporary) throws IOException {
        Path target = Manifests.DEPLOY.resolve(folder);
        if (component != null) {
            // kustomize takes folders by their way from the file that names them
            Path real = temporary.toRealPath();
            Files.writeString(
                    real.resolve("kustomization.yaml"),
                    "resources: [%s]\ncomponents: [%s]\n"
                            .formatted(
                                    real.relativize(target.toRealPath()),
                                    real.relativize(Manifests.DEPLOY
                                            .resolve("components")
                                            .resolve(component)
                                            .toRealPath())));
            target = real;
        }
        return run(kubectl, List.of("kustomize", target.toString()));
    }

    private static Map<String, JsonNode> byId(String yaml) {
        Map<String, JsonNode> objects = new TreeMap<>();
        for (JsonNode object : Manifests.parse(yaml).objects()) {
            objects.put(Manifests.id(object), withoutHelmsOwn(object));
        }
        return objects;
    }

    /** "helm uninstall" must leave the namespace: an instruction to Helm that kustomize has no use for. */
    private static JsonNode withoutHelmsOwn(JsonNode object) {
        JsonNode annotations = object.at("/metadata/annotations");
        if (annotations instanceof ObjectNode own && own.remove("helm.sh/resource-policy") != null && own.isEmpty()) {
            ((ObjectNode) object.path("metadata")).remove("annotations");
        }
        return object;
    }

    private static String run(Path program, List<String> arguments) {
        List<String> words = new ArrayList<>(List.of(program.toString()));
        words.addAll(arguments);
        Command.Outcome outcome = new Command(words).run();
        assertThat(outcome.ok()).as(outcome.err()).isTrue();
        return outcome.out();
    }
}
