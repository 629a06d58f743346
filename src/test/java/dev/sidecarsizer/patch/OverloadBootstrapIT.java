package dev.sidecarsizer.patch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.cluster.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/** What we emit is what the newest Envoy starts from; the older ones are asked in {@link OldestEnvoysIT}. */
class OverloadBootstrapIT {

    private static final BootstrapCheck NEWEST = BootstrapCheck.strict("1.40.0");

    static List<String> overrides() {
        return EveryOverride.ofRelease(32);
    }

    @ParameterizedTest
    @MethodSource("overrides")
    void startsFrom(String override) {
        Command.Outcome outcome = NEWEST.with(override);
        assertThat(outcome.ok()).as(outcome.err()).isTrue();
    }

    /** Repeated fields append when the two are merged: what the checks here rest on. */
    @Test
    void refusesIstiosOwnMonitorTwice() throws IOException {
        Command.Outcome outcome = NEWEST.with(Files.readString(BootstrapCheck.LEAST));

        assertThat(outcome.ok()).isFalse();
        assertThat(outcome.err())
                .contains("Duplicate resource monitor envoy.resource_monitors.global_downstream_max_connections");
    }

    @Test
    void refusesOursTwice() {
        JsonNode override = JsonMapper.shared().readTree(overrides().getLast());
        ArrayNode monitors = (ArrayNode) override.at("/overload_manager/resource_monitors");
        monitors.add(monitors.get(0).deepCopy());

        Command.Outcome outcome = NEWEST.with(override.toString());

        assertThat(outcome.ok()).isFalse();
        assertThat(outcome.err()).contains("Duplicate resource monitor envoy.resource_monitors.fixed_heap");
    }

    @Test
    void refusesAnActionThatItDoesNotKnow() {
        Command.Outcome outcome = NEWEST.with(overrides().getLast().replace("shrink_heap", "shrink_everything"));

        assertThat(outcome.ok()).isFalse();
        assertThat(outcome.err()).contains("shrink_everything");
    }

    @Test
    void refusesAFieldThatItDoesNotKnow() {
        Command.Outcome outcome = NEWEST.with("{\"memory_allocator_manager\":{\"softer_limit\":1}}");

        assertThat(outcome.ok()).isFalse();
        assertThat(outcome.err()).contains("softer_limit");
    }
}
