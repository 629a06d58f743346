package dev.sidecarsizer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sidecarsizer.collect.Pace;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class LearningSettingsTest {

    private static final String PREFIX = "sidecar-sizer.collect";
    private static final String NONE = "none";
    private static final Pattern WORD = Pattern.compile("`([^`]+)`");

    @Test
    void withoutAnySettingTheDefaultsHold() {
        LearningSettings settings = bind(Map.of());

        assertThat(settings.enabled()).isTrue();
        assertThat(settings.pace())
                .isEqualTo(new Pace(
                        Duration.ofMinutes(1), Duration.ofMinutes(15), 50, Duration.ofDays(14), Duration.ofDays(30)));
        assertThat(settings.prometheus().settings()).isEmpty();
        assertThat(settings.direct().settings().podsPerMinute()).isEqualTo(60);
        assertThat(bind(Map.of(PREFIX + ".prometheus.url", "http://prometheus:9090"))
                        .prometheus()
                        .settings())
                .hasValueSatisfying(
                        prometheus -> assertThat(prometheus.history()).isEqualTo(Duration.ofDays(14)));
    }

    @ParameterizedTest
    @CsvSource({
        "read-interval, 99ms, PT0.1S to PT1H",
        "read-interval, 61m, PT0.1S to PT1H",
        "write-interval, 99ms, PT0.1S to PT6H",
        "write-interval, 7h, PT0.1S to PT6H",
        "writes-per-second, 0, 1 to 1000",
        "writes-per-second, 1001, 1 to 1000",
        "stale-after, 59m, PT1H to PT2208H",
        "stale-after, 93d, PT1H to PT2208H",
        "forget-after, 13d, PT336H to PT8784H",
        "forget-after, 367d, PT336H to PT8784H",
        "direct.interval, 4s, PT5S to PT5M",
        "direct.window, 50s, PT1M to PT1H",
        "direct.port, 0, 1 to 65535",
        "direct.pods-per-minute, 601, 0 to 600",
        "direct.pods-per-workload, 0, 1 to 10",
        "prometheus.window, 2d, PT1S to PT24H",
        "prometheus.delay, 2h, PT0S to PT1H",
        "prometheus.history, 30m, PT1H to PT2208H",
        "prometheus.windows-at-once, 0, 1 to 1000",
        "prometheus.series-at-once, 0, 1 to 1000000",
        "prometheus.queries-at-once, 17, 1 to 16",
        "prometheus.access.connect-timeout, 2m, PT0.1S to PT1M",
        "prometheus.access.timeout, 11m, PT0.1S to PT10M",
        "prometheus.access.attempts, 21, 1 to 20",
        "prometheus.access.largest-answer, 2Gi, 1Mi to 1Gi"
    })
    void aSettingOutOfBoundsIsNamedWithItsBounds(String name, String value, String bounds) {
        LearningSettings settings =
                bind(Map.of(PREFIX + ".prometheus.url", "http://prometheus:9090", PREFIX + "." + name, value));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> {
                    settings.pace();
                    settings.direct().settings();
                    settings.prometheus().settings();
                })
                .withMessageContaining(PREFIX + "." + name)
                .withMessageContaining(bounds);
    }

    @Test
    void theListOfPropertiesIsTrue() throws IOException {
        Map<String, String> listed = listed();
        LearningSettings defaults = bind(Map.of());

        assertThat(listed.keySet())
                .containsExactlyInAnyOrderElementsOf(values(defaults).keySet());
        values(defaults).forEach((name, value) -> assertThat(NONE.equals(listed.get(name)))
                .as("%s is %s", name, value)
                .isEqualTo(isNone(value)));
        listed.values().removeIf(NONE::equals);
        assertThat(bind(listed)).isEqualTo(defaults);
    }

    private static boolean isNone(@Nullable Object value) {
        return value == null || value.equals("") || (value instanceof Map<?, ?> map && map.isEmpty());
    }

    /** Defaults by name, as the tables have them; a head that ends in an ellipsis stands before each name below it. */
    private static Map<String, String> listed() throws IOException {
        Map<String, String> listed = new TreeMap<>();
        String before = "";
        boolean inTable = false;
        boolean ofProperties = false;
        for (String line : Files.readAllLines(Path.of("docs/learning.md"))) {
            String[] cells = line.split("(?<!\\\\)\\|", -1);
            if (cells.length < 4) {
                inTable = false;
            } else if (!inTable) {
                inTable = true;
                before = cells[1].replaceAll("[` …]", "").replace("property", "");
                ofProperties = cells[2].strip().equals("default");
                if (before.endsWith(".queries.")) {
                    // its rows are held true beside the queries
                    listed.put(before.substring(0, before.length() - 1), NONE);
                    ofProperties = false;
                }
            } else if (ofProperties && cells[1].contains("`")) {
                String name = before;
                String value = cells[2].replace("`", "").strip();
                WORD.matcher(cells[1])
                        .results()
                        .forEach(word -> listed.put((name + word.group(1)).replace(".*", ""), value));
            }
        }
        return listed;
    }

    private static Map<String, @Nullable Object> values(Record settings) {
        Map<String, @Nullable Object> values = new HashMap<>();
        collect(PREFIX, settings, values);
        return values;
    }

    private static void collect(String prefix, Record settings, Map<String, @Nullable Object> into) {
        for (RecordComponent component : settings.getClass().getRecordComponents()) {
            String name = prefix + "."
                    + component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
            Object value = valueOf(component, settings);
            if (value instanceof Record part) {
                collect(name, part, into);
            } else {
                into.put(name, value);
            }
        }
    }

    private static @Nullable Object valueOf(RecordComponent component, Record settings) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(settings);
        } catch (ReflectiveOperationException impossible) {
            throw new LinkageError(impossible.getMessage(), impossible);
        }
    }

    private static LearningSettings bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate(PREFIX, LearningSettings.class);
    }
}
