package dev.sidecarsizer.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.cluster.Command;
import dev.sidecarsizer.cluster.Progress;
import dev.sidecarsizer.cluster.Prometheus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The shipped rules, by Prometheus' own tool. */
@Tag("mesh")
class MonitoringIT {

    @TempDir
    private Path folder;

    @Test
    void eachAlertFiresByItsCauseAndNotWithout() throws IOException {
        Files.writeString(folder.resolve("rules.yaml"), Monitoring.groups().toString());
        Path cases = Files.copy(Path.of("src/test/resources/monitoring/alerts.yaml"), folder.resolve("alerts.yaml"));
        promtool("check", "rules", folder.resolve("rules.yaml").toString());
        promtool("test", "rules", cases.toString());
    }

    /** As recording rules, which are checked alike. */
    @Test
    void eachQueryOfTheDashboardIsOne() throws IOException {
        ObjectNode rules = JsonMapper.shared().createObjectNode();
        ObjectNode group = rules.putArray("groups").addObject().put("name", "dashboard");
        Monitoring.queries().forEach(query -> group.withArray("rules")
                .addObject()
                .put("record", "query:" + group.withArray("rules").size())
                .put("expr", query));
        Path file = Files.writeString(folder.resolve("queries.yaml"), rules.toString());

        assertThat(promtool("check", "rules", file.toString()))
                .contains(Monitoring.queries().count() + " rules found");
    }

    private static String promtool(String... words) {
        List<String> command =
                new ArrayList<>(List.of(Prometheus.tool(Progress.onConsole()).toString()));
        command.addAll(List.of(words));
        Command.Outcome outcome = new Command(command).run();
        assertThat(outcome.ok()).as(outcome.out() + outcome.err()).isTrue();
        return outcome.out();
    }
}
