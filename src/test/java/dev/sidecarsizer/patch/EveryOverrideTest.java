package dev.sidecarsizer.patch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** So that no shape goes missing which real Envoys are to be asked about. */
class EveryOverrideTest {

    private static final String EMPTIED = "";
    private static final String MANAGER = "overload_manager stats_config";
    private static final String ALLOCATOR = "overload_manager memory_allocator_manager stats_config";
    private static final String FOLLOWING = "overload_manager layered_runtime memory_allocator_manager stats_config";

    /** A version that cannot be told may be any. */
    @Test
    void isOfEachShapeThatAReleaseCanGet() {
        assertThat(fields(28)).containsExactly(EMPTIED, MANAGER);
        assertThat(fields(29)).containsExactly(EMPTIED, MANAGER);
        assertThat(fields(30)).containsExactly(EMPTIED, MANAGER, ALLOCATOR);
        assertThat(fields(31)).containsExactly(EMPTIED, MANAGER, ALLOCATOR, FOLLOWING);
        assertThat(fields(32)).containsExactly(EMPTIED, MANAGER, ALLOCATOR, FOLLOWING);
    }

    @Test
    void hasTheEndsOfItsAmounts() {
        List<Double> limits = EveryOverride.ofRelease(31).stream()
                .map(JsonMapper.shared()::readTree)
                .map(override -> override.at(
                        "/overload_manager/resource_monitors/0/typed_config/max_heap_size_bytes_runtime/default_value"))
                .filter(amount -> !amount.isMissingNode())
                .map(JsonNode::asDouble)
                .toList();
        assertThat(limits).anyMatch(limit -> limit < 80 << 20).anyMatch(limit -> limit > 1L << 38);
    }

    private static List<String> fields(int minor) {
        return EveryOverride.ofEachShape(minor).stream()
                .map(override ->
                        String.join(" ", JsonMapper.shared().readTree(override).propertyNames()))
                .toList();
    }
}
