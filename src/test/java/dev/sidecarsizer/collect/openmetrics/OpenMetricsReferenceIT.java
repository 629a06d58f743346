package dev.sidecarsizer.collect.openmetrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.cluster.ChildProcess;
import dev.sidecarsizer.cluster.Command;
import dev.sidecarsizer.cluster.EnvoyWheel;
import dev.sidecarsizer.cluster.FreePorts;
import dev.sidecarsizer.cluster.Progress;
import dev.sidecarsizer.cluster.PythonPackage;
import dev.sidecarsizer.collect.openmetrics.OpenMetrics.Format;
import dev.sidecarsizer.collect.openmetrics.Reading.Sample;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What Python's {@code prometheus-client} reads, we read, and the same. */
@Tag("mesh")
class OpenMetricsReferenceIT {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Path SCRIPT =
            Path.of("src", "test", "resources", "openmetrics", "read.py").toAbsolutePath();

    private static final List<String> ODD = List.of(
            "up 1",
            "up",
            "up ",
            "up x",
            "",
            " ",
            "\n\nup 1",
            "#",
            "#up 1",
            "# up 1",
            "# HELP up",
            "# TYPE up",
            "up  1",
            " up 1",
            "up 1 ",
            "up\t1\t2",
            "up {a=\"b\"} 1",
            "up{} 1",
            "up{ a = \"b\" , c = \"d\" } 1",
            "up{a=\"b\",} 1",
            "up{a=\"b\"c=\"d\"} 1",
            "up{a=\"b\",,} 1",
            "up{a=\"b\",a=\"c\"} 1",
            "up{a=b} 1",
            "up{a='b'} 1",
            "up{a} 1",
            "up{\"a\"} 1",
            "{a=\"b\"} 1",
            "{\"a.b\",c=\"d\"} 1",
            "up{a=\"b\"}1",
            "up{a=\"b\" 1",
            "up{a=\"b} 1",
            "up{a=\"x\\qy\"} 1",
            "up{a=\"x\\\\y\"} 1",
            "up{a=\"x\\\"y\"} 1",
            "up{a=\"x\\ny\"} 1",
            "up{a=\"x\\\\\"} 1",
            "up{a=\"x\\\\\\\"\"} 1",
            "up{a=\"é☃\"} 1",
            "up{a=\"b#c\"} 1",
            "up{a=\"}\"} 1",
            "up{a=\"{\"} 1",
            "up{a=\",\",b=\"=\"} 1",
            "up{a=\" \"} 1",
            "up{a=\"\"} 1",
            "up{1a=\"b\"} 1",
            "up{a-b=\"c\"} 1",
            "1up 1",
            "up:x 1",
            ":up 1",
            "_ 1",
            "up-x 1",
            "é 1",
            "up é",
            "up 0x10",
            "up 1_0",
            "up 1d",
            "up 1f",
            "up +1",
            "up -1",
            "up .5",
            "up 5.",
            "up .",
            "up nan",
            "up NaN",
            "up +NaN",
            "up INF",
            "up +Inf",
            "up -inf",
            "up Infinity",
            "up infin",
            "up 1e5",
            "up 1E+5",
            "up 1e-400",
            "up 1e400",
            "up 1e",
            "up 007",
            "up 1 -5",
            "up 1 0",
            "up 1 1700000000123",
            "up 1 x",
            "up 17976931348623157000000000000000000000000000000000000000000000000000000000000000");

    /** Where the reference takes what the text format's description does not allow, and Prometheus neither. */
    private static final List<String> LENIENT = List.of(
            // labels that begin with a comma
            "up{,} 1",
            // something after the timestamp, which may be the beginning of the next sample
            "up 1 2 3",
            "up 1 # {a=\"b\"} 1",
            // a timestamp that is no whole number of milliseconds
            "up 1 1.5",
            "up 1 1e3",
            // colons in labels' names
            "up{a:b=\"c\"} 1",
            // carriage returns
            "up 1\r");

    private record Case(String text, Format format) {}

    @Test
    void oddTextsAreReadOrRefusedAlike() {
        List<Case> cases =
                ODD.stream().map(line -> new Case(line + "\n", Format.TEXT)).toList();
        List<Reading> reference = reference(cases);

        for (int i = 0; i < cases.size(); i++) {
            Case one = cases.get(i);
            Reading ours = Reading.of(one.text, one.format);
            assertThat(ours.fault().isEmpty())
                    .as("%s: %s, reference: %s", one, ours, reference.get(i))
                    .isEqualTo(reference.get(i).fault().isEmpty());
            assertThat(ours.samples())
                    .as(one.toString())
                    .isEqualTo(reference.get(i).samples());
        }
    }

    @Test
    void whatTheReferenceIsTooMildWithIsRefused() {
        List<Case> cases =
                LENIENT.stream().map(line -> new Case(line + "\n", Format.TEXT)).toList();

        assertThat(reference(cases)).allSatisfy(read -> assertThat(read.fault()).isEmpty());
        assertThat(cases)
                .allSatisfy(one ->
                        assertThat(Reading.of(one.text, one.format).fault()).isNotEmpty());
    }

    /** The reference checks families and single blanks, which is no matter of ours: we may be milder, never other. */
    @Test
    void oddOpenMetricsThatTheReferenceReadsIsReadAlike() {
        List<Case> cases = new ArrayList<>();
        for (String line : ODD) {
            cases.add(new Case(line + "\n# EOF\n", Format.OPENMETRICS));
        }
        for (String more : List.of(
                "up 1 1.5",
                "up 1 1700000000.123",
                "up 1 1e3",
                "up 1 1700000000.1239",
                "# TYPE a counter\na_total 1 # {t=\"x\"} 0.5",
                "# TYPE a counter\na_total 1 2 # {t=\"x\"} 0.5 3",
                "# TYPE h histogram\nh_bucket{le=\"+Inf\"} 3 # {t=\"# \"} 0.5\nh_count 3\nh_sum 1",
                "# TYPE a info\na_info{v=\"1\"} 1",
                "# TYPE a gauge\n# UNIT a_bytes bytes\n# HELP a text\na 1")) {
            cases.add(new Case(more + "\n# EOF\n", Format.OPENMETRICS));
        }
        cases.add(new Case("up 1\n", Format.OPENMETRICS));
        cases.add(new Case("up 1\n# EOF\nup 1\n", Format.OPENMETRICS));
        cases.add(new Case("up 1\n# EOF", Format.OPENMETRICS));

        assertThat(assertReadAlikeWhereTheReferenceReads(cases)).isGreaterThan(40);
    }

    @Test
    void randomTextsAreReadAlike() {
        Random random = new Random(20261125);
        List<Case> cases = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            Format format = pick(random, Format.TEXT, Format.OPENMETRICS);
            cases.add(of(randomLine(random, format), format));
        }

        assertThat(assertReadAlikeWhereTheReferenceReads(cases)).isEqualTo(cases.size());
    }

    /** One character is another one: either may refuse it, but what both read is the same. */
    @Test
    void damagedTextsAreNotReadDifferently() {
        Random random = new Random(20261126);
        List<Case> cases = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            Format format = pick(random, Format.TEXT, Format.OPENMETRICS);
            String line = randomLine(random, format);
            int at = line.offsetByCodePoints(0, random.nextInt(line.codePointCount(0, line.length())));
            String other = pick(random, "\"", "\\", "{", "}", ",", "=", " ", "#", "e", "");
            cases.add(of(line.substring(0, at) + other + line.substring(line.offsetByCodePoints(at, 1)), format));
        }
        List<Reading> reference = reference(cases);
        int read = 0;
        for (int i = 0; i < cases.size(); i++) {
            Reading ours = Reading.of(cases.get(i).text, cases.get(i).format);
            if (ours.fault().isEmpty() && reference.get(i).fault().isEmpty()) {
                assertThat(ours).as(cases.get(i).toString()).isEqualTo(reference.get(i));
                read++;
            }
        }

        assertThat(read).isGreaterThan(400);
    }

    private static Case of(String line, Format format) {
        return new Case(line + (format == Format.OPENMETRICS ? "\n# EOF\n" : "\n"), format);
    }

    @Test
    void aRealEnvoyIsReadAlike(@TempDir Path folder) throws IOException, InterruptedException {
        int port = FreePorts.find(1).getFirst();
        Path bootstrap = Files.writeString(
                folder.resolve("envoy.json"),
                """
                {"admin": {"address": {"socket_address": {"address": "127.0.0.1", "port_value": %d}}},
                 "static_resources": {"clusters": [{"name": "a", "connect_timeout": "1s"}]}}
                """
                        .formatted(port));
        List<String> command = List.of(
                EnvoyWheel.envoy("1.40.0", Progress.onConsole()).toString(),
                "--config-path",
                bootstrap.toString(),
                "--disable-hot-restart",
                "--concurrency",
                "2");
        String stats;
        try (ChildProcess envoy = ChildProcess.start("envoy", folder.resolve("log"), folder, Map.of(), command)) {
            stats = scrape(envoy, URI.create("http://127.0.0.1:" + port + "/stats/prometheus"));
        }

        assertThat(assertReadAlikeWhereTheReferenceReads(List.of(new Case(stats, Format.TEXT))))
                .isOne();
        Map<String, Double> values = Reading.of(stats, Format.TEXT).samples().stream()
                .filter(sample -> sample.labels().isEmpty())
                .collect(Collectors.toMap(Sample::name, Sample::value, (first, second) -> first));
        assertThat(values.get("envoy_server_concurrency")).isEqualTo(2);
        assertThat(values.get("envoy_server_memory_allocated")).isGreaterThan(1e6);
    }

    /** How many the reference reads. */
    private static int assertReadAlikeWhereTheReferenceReads(List<Case> cases) {
        List<Reading> reference = reference(cases);
        int read = 0;
        for (int i = 0; i < cases.size(); i++) {
            if (reference.get(i).fault().isEmpty()) {
                Reading ours = Reading.of(cases.get(i).text, cases.get(i).format);
                assertThat(ours).as(cases.get(i).toString()).isEqualTo(reference.get(i));
                read++;
            }
        }
        return read;
    }

    private static List<Reading> reference(List<Case> cases) {
        Path modules = PythonPackage.folder("prometheus-client", "prometheus_client", Progress.onConsole());
        String input = cases.stream()
                .map(one -> JSON.writeValueAsString(
                        Map.of("format", one.format.name().toLowerCase(Locale.ROOT), "text", one.text)))
                .collect(Collectors.joining("\n"));
        String output = new Command(List.of(
                        "env",
                        "PYTHONPATH=" + modules,
                        "PYTHONIOENCODING=utf-8",
                        PythonPackage.python(),
                        SCRIPT.toString()))
                .run(input)
                .orThrow()
                .out();
        List<Reading> readings =
                output.lines().map(OpenMetricsReferenceIT::parsed).toList();
        assertThat(readings).hasSameSizeAs(cases);
        return readings;
    }

    private static Reading parsed(String line) {
        JsonNode tree = JSON.readTree(line);
        if (tree.isString()) {
            return new Reading(List.of(), tree.asString());
        }
        List<Sample> samples = new ArrayList<>();
        for (JsonNode sample : tree) {
            Map<String, String> labels = new TreeMap<>();
            sample.get(1)
                    .properties()
                    .forEach(
                            label -> labels.put(label.getKey(), label.getValue().asString()));
            JsonNode millis = sample.get(3);
            if (!millis.isNull() && !millis.canConvertToLong()) {
                return new Reading(List.of(), "the reference's numbers have no bound, ours have");
            }
            samples.add(new Sample(
                    // of "up {" it takes the blank into the name
                    sample.get(0).asString().strip(),
                    labels,
                    SampleValue.parse(sample.get(2).asString()),
                    millis.isNull() ? OptionalLong.empty() : OptionalLong.of(millis.asLong())));
        }
        return new Reading(samples, "");
    }

    private static String randomLine(Random random, Format format) {
        StringBuilder line = new StringBuilder(pick(random, "up", "envoy_server_live", "a:b:c", "_x9"));
        int labels = random.nextInt(4);
        for (int i = 0; i < labels; i++) {
            line.append(i == 0 ? "{" : ",").append("l").append(i).append("=\"");
            for (int part = random.nextInt(4); part > 0; part--) {
                line.append(pick(random, "a", "\\\\", "\\\"", "\\n", " ", ",", "}", "{", "=", "#", "ü", "😀", "\\t"));
            }
            line.append('"');
        }
        line.append(labels > 0 ? "} " : " ");
        line.append(pick(random, "0", "1", "-3.25", "1e10", "6.02E-23", "NaN", "+Inf", "-Inf", "123456789012345"));
        if (random.nextBoolean()) {
            line.append(' ').append(random.nextInt(2_000_000_000));
            if (format == Format.OPENMETRICS && random.nextBoolean()) {
                line.append('.').append(100 + random.nextInt(900));
            }
        }
        return line.toString();
    }

    @SafeVarargs
    private static <T> T pick(Random random, T... from) {
        return from[random.nextInt(from.length)];
    }

    private static String scrape(ChildProcess envoy, URI url) throws InterruptedException {
        Instant deadline = Instant.now().plus(Duration.ofSeconds(30));
        try (HttpClient client = HttpClient.newHttpClient()) {
            while (true) {
                try {
                    return client.send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString())
                            .body();
                } catch (IOException notYet) {
                    if (!envoy.isAlive() || Instant.now().isAfter(deadline)) {
                        throw new IllegalStateException(envoy.story(), notYet);
                    }
                    Thread.sleep(100);
                }
            }
        }
    }
}
