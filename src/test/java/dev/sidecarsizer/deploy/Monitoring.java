package dev.sidecarsizer.deploy;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the component {@code monitoring} ships. */
public final class Monitoring {

    private static final Path FOLDER = Manifests.DEPLOY.resolve("components/monitoring");

    private static final JsonNode DASHBOARD = JsonMapper.shared()
            .readTree(Manifests.in(FOLDER.resolve("dashboard.yaml"))
                    .only("ConfigMap")
                    .path("data")
                    .path("sidecar-sizer.json")
                    .asString());

    private Monitoring() {}

    /** What Prometheus reads as a file of rules. */
    public static JsonNode groups() {
        return Manifests.in(FOLDER.resolve("prometheus-rule.yaml"))
                .only("PrometheusRule")
                .path("spec");
    }

    /** The alerts, in their order. */
    public static List<JsonNode> alerts() {
        return groups().at("/groups/0/rules").valueStream().toList();
    }

    /** What the dashboard asks. */
    public static Stream<String> queries() {
        return panels().stream()
                .flatMap(panel -> panel.path("targets").valueStream())
                .map(target -> target.path("expr").asString());
    }

    static List<JsonNode> panels() {
        return DASHBOARD.path("panels").valueStream().toList();
    }
}
