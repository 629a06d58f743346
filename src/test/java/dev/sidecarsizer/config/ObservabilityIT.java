package dev.sidecarsizer.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.cluster.CertificateAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a process in a cluster tells of itself, and what the docs say that it tells. */
class ObservabilityIT {

    /** Of the JVM's own there is one line in the docs. */
    private static final String JVM = "jvm_";

    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"");

    @TempDir
    static Path folder;

    @SuppressWarnings("NullAway.Init")
    private static WebhookProcess webhook;

    @BeforeAll
    static void someTraffic() throws IOException {
        CertificateAuthority authority = new CertificateAuthority("observability");
        CertificateAuthority.Issued issued = authority.issue("webhook", List.of("DNS:localhost"));
        Files.writeString(folder.resolve("tls.crt"), issued.certificate());
        Files.writeString(folder.resolve("tls.key"), issued.key());
        Files.writeString(folder.resolve("ca.crt"), authority.pem());
        webhook = WebhookProcess.clusterAway(folder, "--sidecar-sizer.shutdown.drain=0s");
        for (String path : List.of("/mutate", "/audit")) {
            webhook.https().post(path, Client.example());
            webhook.https().post(path, "{".getBytes(UTF_8));
        }
    }

    @AfterAll
    static void end() {
        webhook.close();
    }

    /**
     * A metric.
     *
     * @param labels without those that its type brings
     */
    record Metric(String type, Set<String> labels) {}

    @Test
    void theListOfMetricsIsTrue() throws IOException {
        assertThat(listed()).isEqualTo(exposed());
    }

    @Test
    void theDefaultsInTheListOfPropertiesAreThoseThatHold() throws IOException {
        String yaml = Files.readString(Path.of("src/main/resources/application.yaml"));
        Map<String, String> defaults = new TreeMap<>();
        rows("docs/configuration.md").forEach(row -> defaults.put(strip(row.get(0)), row.get(1)));

        assertThat(defaults.get("server.port")).isEqualTo("`" + value(yaml, "port", 0) + "`");
        assertThat(defaults.get("management.server.port")).isEqualTo("`" + value(yaml, "port", 1) + "`");
        for (String name : List.of("max-connections", "connection-timeout", "keep-alive-timeout")) {
            assertThat(defaults.get("server.tomcat." + name)).isEqualTo("`" + value(yaml, name, 0) + "`");
        }
        Settings settings = SettingsTest.bind(Map.of());
        assertThat(defaults)
                .containsEntry("sidecar-sizer.mode-cap", "`" + settings.modeCap() + "`")
                .containsEntry(
                        "sidecar-sizer.tls.directory", "`" + settings.tls().directory() + "`")
                .containsEntry(
                        "sidecar-sizer.audit.write-interval",
                        "`" + settings.audit().writeInterval().toSeconds() + "s`")
                .containsEntry(
                        "sidecar-sizer.audit.page", "`" + settings.audit().page() + "`")
                .containsEntry(
                        "sidecar-sizer.oom-loop.actions-per-minute",
                        "`" + settings.oomLoop().actionsPerMinute() + "`")
                .containsEntry(
                        "sidecar-sizer.shutdown.drain",
                        "`" + settings.shutdown().drain().toSeconds() + "s`")
                .containsEntry("sidecar-sizer.profiles.directory", "none");
        assertThat(defaults.get("sidecar-sizer.namespace")).contains("`" + settings.namespace() + "`");
        assertThat(settings.profiles().directory()).isNull();
    }

    @Test
    void eachLineOfTheLogIsAnEventInEcs() {
        List<String> lines = webhook.log().lines().toList();

        assertThat(lines).isNotEmpty().allSatisfy(line -> {
            JsonNode event = JsonMapper.shared().readTree(line);
            assertThat(event.path("@timestamp").asString()).isNotEmpty();
            assertThat(event.at("/log/level").asString()).isIn("INFO", "WARN", "ERROR");
            assertThat(event.at("/service/name").asString()).isEqualTo("sidecar-sizer");
            assertThat(event.path("message").asString()).isNotEmpty();
            assertThat(event.has("error")).as("a stack trace: %s", line).isFalse();
        });
        // a review is no event: what was decided is in the metrics and in the pod
        assertThat(lines).hasSizeLessThan(20);
    }

    private static Map<String, Metric> listed() throws IOException {
        Map<String, Metric> listed = new TreeMap<>();
        for (List<String> row : rows("docs/metrics.md")) {
            List<String> names = words(row.get(0));
            List<String> types = Arrays.asList(row.get(1).split(", ", -1));
            for (int i = 0; i < names.size(); i++) {
                if (!names.get(i).startsWith(JVM)) {
                    String type = types.get(types.size() == 1 ? 0 : i);
                    listed.put(names.get(i), new Metric(type, new TreeSet<>(words(row.get(2)))));
                }
            }
        }
        return listed;
    }

    private static Map<String, Metric> exposed() throws IOException {
        Map<String, Metric> exposed = new TreeMap<>();
        String name = "";
        for (String line : webhook.management().get("/metrics").body().lines().toList()) {
            if (line.startsWith("# TYPE ")) {
                String[] words = line.split(" ", -1);
                name = words[2];
                if (!name.startsWith(JVM)) {
                    exposed.put(name, new Metric(words[3], new TreeSet<>()));
                }
            } else if (!line.startsWith("#") && exposed.containsKey(name)) {
                Matcher label = LABEL.matcher(line);
                while (label.find()) {
                    if (!label.group(1).equals("le")) {
                        exposed.get(name).labels().add(label.group(1));
                    }
                }
            }
        }
        return exposed;
    }

    /** The rows of the tables in a file of docs, cell by cell. */
    private static List<List<String>> rows(String file) throws IOException {
        return Files.readAllLines(Path.of(file)).stream()
                .filter(line -> line.startsWith("| `"))
                .map(line -> Arrays.stream(line.substring(1).split("\\|", -1))
                        .map(String::strip)
                        .toList())
                .toList();
    }

    private static List<String> words(String cell) {
        return Pattern.compile("`([^`]+)`")
                .matcher(cell)
                .results()
                .map(word -> word.group(1))
                .collect(Collectors.toList());
    }

    private static String strip(String cell) {
        return cell.replace("`", "");
    }

    /** What stands behind the {@code n}th {@code key} of a YAML text. */
    private static String value(String yaml, String key, int n) {
        return Pattern.compile("(?m)^\\s+" + Pattern.quote(key) + ": (\\S+)$")
                .matcher(yaml)
                .results()
                .skip(n)
                .findFirst()
                .orElseThrow()
                .group(1);
    }
}
