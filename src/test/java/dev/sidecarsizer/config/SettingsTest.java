package dev.sidecarsizer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sidecarsizer.mesh.Mode;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class SettingsTest {

    @Test
    void withoutAnySettingTheDefaultsHold() {
        assertThat(bind(Map.of()))
                .isEqualTo(new Settings(
                        Mode.ENFORCE,
                        "sidecar-sizer-system",
                        new Settings.Profiles(null),
                        new Settings.Tls(Path.of("/etc/sidecar-sizer/tls")),
                        new Settings.Audit(Duration.ofMinutes(1), true),
                        new Settings.SafetyNet(false),
                        new Settings.OomLoop(6),
                        new Settings.Shutdown(Duration.ofSeconds(15))));
    }

    @Test
    void everySettingCanBeSet() {
        Settings settings = bind(Map.of(
                "sidecar-sizer.mode-cap", "audit",
                "sidecar-sizer.namespace", "sizing",
                "sidecar-sizer.profiles.directory", "profiles",
                "sidecar-sizer.tls.directory", "tls",
                "sidecar-sizer.audit.write-interval", "5s",
                "sidecar-sizer.audit.page", "false",
                "sidecar-sizer.safety-net.enabled", "true",
                "sidecar-sizer.oom-loop.actions-per-minute", "0",
                "sidecar-sizer.shutdown.drain", "0s"));

        assertThat(settings)
                .isEqualTo(new Settings(
                        Mode.AUDIT,
                        "sizing",
                        new Settings.Profiles(Path.of("profiles")),
                        new Settings.Tls(Path.of("tls")),
                        new Settings.Audit(Duration.ofSeconds(5), false),
                        new Settings.SafetyNet(true),
                        new Settings.OomLoop(0),
                        new Settings.Shutdown(Duration.ZERO)));
    }

    @ParameterizedTest
    @CsvSource({
        "sidecar-sizer.mode-cap, sometimes",
        "sidecar-sizer.namespace, Not_A_Namespace",
        "sidecar-sizer.namespace, ''",
        "sidecar-sizer.audit.write-interval, 0s",
        "sidecar-sizer.audit.write-interval, 2h",
        "sidecar-sizer.audit.write-interval, often",
        "sidecar-sizer.oom-loop.actions-per-minute, -1",
        "sidecar-sizer.oom-loop.actions-per-minute, 601",
        "sidecar-sizer.shutdown.drain, -1s",
        "sidecar-sizer.shutdown.drain, 6m"
    })
    void aSettingOutOfBoundsStopsTheStartAndIsNamed(String name, String value) {
        assertThatThrownBy(() -> bind(Map.of(name, value)))
                .isInstanceOf(BindException.class)
                .satisfies(fault -> assertThat(messages(fault)).contains(name));
    }

    @Test
    void theListOfPropertiesIsTrue() throws IOException {
        String list = Files.readString(Path.of("docs/configuration.md"));
        Set<String> listed = Pattern.compile("(?m)^\\| `(sidecar-sizer\\.[a-z.-]+)`")
                .matcher(list)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(listed).isEqualTo(names("sidecar-sizer", Settings.class));
    }

    private static Set<String> names(String prefix, Class<?> type) {
        Set<String> names = new TreeSet<>();
        for (RecordComponent component : type.getRecordComponents()) {
            String name = prefix + "."
                    + component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
            if (component.getType().isRecord()) {
                names.addAll(names(name, component.getType()));
            } else {
                names.add(name);
            }
        }
        return names;
    }

    static Settings bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate("sidecar-sizer", Settings.class);
    }

    private static String messages(Throwable fault) {
        StringBuilder all = new StringBuilder();
        for (Throwable one = fault; one != null; one = one.getCause()) {
            all.append(one.getMessage()).append('\n');
        }
        return all.toString();
    }
}
