package dev.sidecarsizer.cli.status;

import dev.sidecarsizer.audit.board.MeshStatus;
import dev.sidecarsizer.audit.board.WorkloadStatus;
import dev.sidecarsizer.audit.board.WorkloadStatus.Standing;
import dev.sidecarsizer.guard.Brake;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.Mode;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The mesh for programs: sums, and each workload. Names of fields keep their meaning. */
final class StatusTree {

    private StatusTree() {}

    static ObjectNode of(MeshStatus status, Brake brake) {
        ObjectNode tree = JsonMapper.shared().createObjectNode();
        if (brake.cap() != Mode.ENFORCE) {
            tree.put("cap", brake.cap().toString());
        }
        if (brake.breaker() != null) {
            tree.put("breaker", brake.breaker());
        }
        tree.put("workloads", status.size()).put("pods", status.pods()).put("oomKills", status.oomKills());
        for (Standing standing : Standing.values()) {
            tree.put(word(standing), status.in(standing).size());
        }
        put(tree.putObject("reasons"), status.reasons());
        put(tree.putObject("conditions"), status.conditions());
        MeshStatus known = status.recommended();
        tree.putObject("recommended").put("workloads", known.size()).put("pods", known.pods());
        put(tree.withObject("recommended").putObject("before"), known.before());
        put(tree.withObject("recommended").putObject("after"), known.after());
        tree.putArray("items");
        status.workloads().forEach(one -> item(tree.withArray("items").addObject(), one));
        return tree;
    }

    private static void item(ObjectNode item, WorkloadStatus one) {
        item.put("namespace", one.workload().namespace())
                .put("kind", one.workload().kind())
                .put("name", one.workload().name())
                .put("pods", one.pods())
                .put("standing", word(one.standing()))
                .put("oomKills", one.oomKills());
        if (!one.reason().isEmpty()) {
            item.put("reason", one.reason());
        }
        put(item.putObject("before"), one.before());
        if (one.recommended() != null) {
            put(item.putObject("recommended"), one.recommended());
        }
        if (one.peak() != null) {
            item.put("peak", one.peak().toString());
        }
        one.conditions().forEach(item.withArray("conditions")::add);
    }

    private static void put(ObjectNode tree, Map<String, Long> counted) {
        counted.forEach((word, count) -> {
            if (!word.isEmpty()) {
                tree.put(word, count);
            }
        });
    }

    private static void put(ObjectNode tree, Memory memory) {
        if (memory.request() != null) {
            tree.put("request", memory.request().toString());
        }
        if (memory.limit() != null) {
            tree.put("limit", memory.limit().toString());
        }
    }

    private static String word(Standing standing) {
        return standing.name().toLowerCase(Locale.ROOT);
    }
}
