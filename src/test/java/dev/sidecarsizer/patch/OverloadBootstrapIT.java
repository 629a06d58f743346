package dev.sidecarsizer.patch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.cluster.Command;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/**
 * What we emit by the proxy's version is what the Envoy of that version knows, down to the last field; older Envoys than the
 * newest are fetched for the mesh ring alone.
 */
class OverloadBootstrapIT {

    private static final BootstrapCheck NEWEST = BootstrapCheck.strict("1.40.0");

    @Test
    void isKnownToTheNewest() {
        isKnownTo(NEWEST, 32);
    }

    @Tag("mesh")
    @ParameterizedTest(name = "Istio 1.{0}, Envoy {1}")
    @MethodSource("dev.sidecarsizer.patch.EveryOverride#releases")
    void isKnownToEachRelease(int release, String envoy) {
        isKnownTo(BootstrapCheck.strict(envoy), release);
    }

    private static void isKnownTo(BootstrapCheck check, int release) {
        assertThat(EveryOverride.ofRelease(release)).isNotEmpty().allSatisfy(override -> {
            Command.Outcome outcome = check.with(override);
            assertThat(outcome.ok()).as(override + "\n" + outcome.err()).isTrue();
        });
    }

    /** So that the check above can fail, and the gates stand where they must. */
    @Tag("mesh")
    @ParameterizedTest
    @CsvSource({"30, 1.37.0, soft_memory_limit_bytes", "31, 1.38.3, max_heap_size_bytes_runtime"})
    void isNotKnownToTheReleaseBefore(int release, String envoy, String field) {
        Command.Outcome outcome = BootstrapCheck.strict(envoy).with(fullest(release));

        assertThat(outcome.ok()).isFalse();
        assertThat(outcome.err()).contains(field);
    }

    /** Why a budget follows only where somebody may resize the proxy: all sidecars of a node are of one user. */
    @Tag("mesh")
    @Test
    void oneThatFollowsTheLimitDoesNotStartWhereNoFileCanBeWatched() {
        assertThat(NEWEST.withoutInotify(fullest(30)).ok()).isTrue();

        Command.Outcome outcome = NEWEST.withoutInotify(fullest(32));

        assertThat(outcome.ok()).isFalse();
        assertThat(outcome.err()).contains("fs.inotify.max_user_instances");
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
        JsonNode override = JsonMapper.shared().readTree(fullest(32));
        ArrayNode monitors = (ArrayNode) override.at("/overload_manager/resource_monitors");
        monitors.add(monitors.get(0).deepCopy());

        Command.Outcome outcome = NEWEST.with(override.toString());

        assertThat(outcome.ok()).isFalse();
        assertThat(outcome.err()).contains("Duplicate resource monitor envoy.resource_monitors.fixed_heap");
    }

    @Test
    void refusesAnActionThatItDoesNotKnow() {
        Command.Outcome outcome = NEWEST.with(fullest(32).replace("shrink_heap", "shrink_everything"));

        assertThat(outcome.ok()).isFalse();
        assertThat(outcome.err()).contains("shrink_everything");
    }

    @Test
    void refusesAFieldThatItDoesNotKnow() {
        Command.Outcome outcome = NEWEST.with("{\"memory_allocator_manager\":{\"softer_limit\":1}}");

        assertThat(outcome.ok()).isFalse();
        assertThat(outcome.err()).contains("softer_limit");
    }

    private static String fullest(int release) {
        return EveryOverride.ofEachShape(release).getLast();
    }
}
