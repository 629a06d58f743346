package dev.sidecarsizer.cli.advise;

import dev.sidecarsizer.advice.Kind;
import dev.sidecarsizer.cli.advise.Advised.One;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Findings for programs: one item a workload, with what is stored of it. Names of fields keep their meaning. */
final class AdviceTree {

    private static final JsonMapper JSON = JsonMapper.shared();

    private AdviceTree() {}

    static ObjectNode of(List<Advised> all) {
        ObjectNode tree = JSON.createObjectNode();
        tree.putArray("items");
        for (Advised one : all) {
            ObjectNode item = tree.withArray("items")
                    .addObject()
                    .put("namespace", one.workload().namespace())
                    .put("kind", one.workload().kind())
                    .put("name", one.workload().name())
                    .put("pods", one.pods());
            item.putArray("findings");
            for (One finding : Advised.bySize(List.of(one))) {
                ObjectNode stored = told(JSON.valueToTree(finding.finding()));
                Kind.named(String.valueOf(finding.finding().kind())).ifPresent(kind -> stored.put("page", kind.page()));
                item.withArray("findings").add(stored);
            }
            item.set("unjudged", JSON.valueToTree(one.unjudged()));
        }
        return tree;
    }

    private static ObjectNode told(JsonNode stored) {
        ObjectNode told = (ObjectNode) stored;
        told.removeIf(JsonNode::isNull);
        return told;
    }
}
