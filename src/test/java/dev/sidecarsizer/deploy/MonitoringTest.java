package dev.sidecarsizer.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Alerts and the dashboard ask for metrics that there are, and each alert has a page. */
class MonitoringTest {

    private static final Pattern METRIC = Pattern.compile("sidecar_sizer_[a-z_]+");
    private static final Path RUNBOOKS = Path.of("docs/runbooks");

    @Test
    void eachMetricIsDocumented() throws IOException {
        Set<String> documented = metrics(Files.readString(Path.of("docs/metrics.md")));
        Set<String> asked = metrics(Stream.concat(
                        Monitoring.alerts().stream()
                                .map(rule -> rule.path("expr").asString()),
                        Monitoring.queries())
                .collect(Collectors.joining("\n")));

        assertThat(asked).hasSizeGreaterThan(10).isSubsetOf(documented);
    }

    @Test
    void eachAlertHasAPageThatSaysTheSame() throws IOException {
        for (JsonNode rule : Monitoring.alerts()) {
            String name = rule.path("alert").asString();
            String page = rule.at("/annotations/runbook").asString();
            assertThat(page).isEqualTo(RUNBOOKS.resolve(name + ".md").toString());
            assertThat(Files.readString(Path.of(page)))
                    .startsWith("# " + name + "\n")
                    .contains(
                            "`" + rule.path("expr").asString() + "`",
                            "**Severity**: " + rule.at("/labels/severity").asString());
        }
        try (Stream<Path> pages = Files.list(RUNBOOKS)) {
            assertThat(pages).hasSameSizeAs(Monitoring.alerts());
        }
    }

    @Test
    void eachAlertIsTriedBothWays() throws IOException {
        String cases = Files.readString(Path.of("src/test/resources/monitoring/alerts.yaml"));

        assertThat(Monitoring.alerts()).allSatisfy(rule -> assertThat(cases)
                .contains(
                        "name: " + rule.path("alert").asString() + " fires",
                        "name: " + rule.path("alert").asString() + " is silent"));
    }

    @Test
    void eachPanelAsksAndHasAPlaceOfItsOwn() {
        List<JsonNode> panels = Monitoring.panels();

        assertThat(panels).isNotEmpty().allSatisfy(panel -> assertThat(panel.path("targets"))
                .isNotEmpty());
        assertThat(panels.stream().map(panel -> panel.path("gridPos")).distinct())
                .hasSameSizeAs(panels);
    }

    /** Of a histogram the name that it has in the docs. */
    private static Set<String> metrics(String text) {
        return METRIC.matcher(text)
                .results()
                .map(found -> found.group().replaceFirst("_bucket$", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
