package dev.sidecarsizer.collect.envoy;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DirectSettingsTest {

    private static final Duration INTERVAL = DirectSettings.DEFAULT.interval();
    private static final Duration WINDOW = DirectSettings.DEFAULT.window();

    @Test
    void namesWhatIsOutOfBounds() {
        assertThatThrownBy(() -> new DirectSettings(Duration.ofSeconds(4), WINDOW, 15090, 60, 2))
                .hasMessage("sidecar-sizer.collect.direct.interval PT4S: must be from PT5S to PT5M, for example 30s");
        assertThatThrownBy(() -> new DirectSettings(INTERVAL, Duration.ofHours(2), 15090, 60, 2))
                .hasMessageContaining("collect.direct.window PT2H");
        assertThatThrownBy(() -> new DirectSettings(Duration.ofMinutes(2), Duration.ofMinutes(3), 15090, 60, 2))
                .hasMessageContaining("at least two of sidecar-sizer.collect.direct.interval");
        assertThatThrownBy(() -> new DirectSettings(INTERVAL, WINDOW, 0, 60, 2)).hasMessageContaining("port 0");
        assertThatThrownBy(() -> new DirectSettings(INTERVAL, WINDOW, 15090, 601, 2))
                .hasMessageContaining("pods-per-minute 601: must be from 0 to 600, for example 60");
        assertThatThrownBy(() -> new DirectSettings(INTERVAL, WINDOW, 15090, 60, 0))
                .hasMessageContaining("pods-per-workload 0");
    }
}
