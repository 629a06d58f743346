package dev.sidecarsizer.cli.advise;

import dev.sidecarsizer.advice.Kind;
import dev.sidecarsizer.advice.SidecarResource;
import dev.sidecarsizer.cli.CommandFailed;
import dev.sidecarsizer.cli.Knowledge;
import dev.sidecarsizer.cli.Written;
import dev.sidecarsizer.cli.advise.Advised.One;
import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.WorkloadKey;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A finding as YAML that can be applied as a whole. Whoever writes a profile's status could write anything: but for comments
 * nothing of it comes through but hosts, of which a resource is made anew.
 */
final class ToApply {

    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9*][A-Za-z0-9.*-]{0,252}");

    private ToApply() {}

    /** One document, comments included. */
    static String of(One one, Knowledge knowledge) throws CommandFailed {
        WorkloadKey workload = one.of().workload();
        StringBuilder text = new StringBuilder("---\n");
        comment(
                text,
                workload + ": " + one.finding().kind() + ", "
                        + Objects.requireNonNullElse(one.finding().size(), "no size"));
        comment(text, String.valueOf(one.finding().message()));
        if (Kind.UNUSED_CONFIGURATION.word().equals(one.finding().kind())) {
            text.append(Written.yaml(sidecar(one.of(), knowledge, text)));
        } else if (one.finding().fix() != null) {
            one.finding().fix().lines().forEach(line -> comment(text, "  " + line));
        }
        return text.toString();
    }

    private static ObjectNode sidecar(Advised of, Knowledge knowledge, StringBuilder text) throws CommandFailed {
        WorkloadKey workload = of.workload();
        Map<String, String> labels = knowledge
                .pod(workload.namespace(), workload::equals)
                .map(Pod::labels)
                .orElse(Map.of());
        List<JsonNode> existing = knowledge.sidecars(workload.namespace());
        List<String> called =
                of.destinations().stream().filter(HOST.asMatchPredicate()).toList();
        Optional<JsonNode> selecting = existing.stream().filter(selects(labels)).findFirst();
        if (selecting.isPresent()) {
            comment(text, "one that selects its pods is there: what is called is added to it");
            return SidecarResource.merged(selecting.get(), called);
        }
        Map<String, String> selector = SidecarResource.selector(labels);
        if (selector.isEmpty()) {
            comment(text, "no pod was seen with a label that names the workload: put in what selects its pods");
            selector = Map.of("app", workload.name());
        }
        ObjectNode skeleton = JsonMapper.shared()
                .createObjectNode()
                .put("apiVersion", "networking.istio.io/v1")
                .put("kind", "Sidecar");
        boolean taken = existing.stream()
                .anyMatch(other -> other.at("/metadata/name").asString("").equals(workload.name()));
        skeleton.putObject("metadata")
                .put("name", taken ? workload.name() + "-called" : workload.name())
                .put("namespace", workload.namespace());
        ObjectNode matched =
                skeleton.putObject("spec").putObject("workloadSelector").putObject("labels");
        selector.forEach(matched::put);
        return SidecarResource.merged(skeleton, called);
    }

    private static Predicate<JsonNode> selects(Map<String, String> labels) {
        return sidecar -> {
            JsonNode selector = sidecar.at("/spec/workloadSelector/labels");
            return !selector.isEmpty()
                    && selector.properties().stream()
                            .allMatch(label -> label.getValue().asString("").equals(labels.get(label.getKey())));
        };
    }

    private static void comment(StringBuilder text, String line) {
        text.append("# ").append(Written.printable(line)).append('\n');
    }
}
