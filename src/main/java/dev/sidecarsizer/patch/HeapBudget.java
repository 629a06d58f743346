package dev.sidecarsizer.patch;

import dev.sidecarsizer.mesh.Bytes;
import java.util.Comparator;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;

/** The heap budget that an override of ours gives an Envoy, read back from it. */
public final class HeapBudget {

    private static final String MONITOR = "/overload_manager/resource_monitors/0/typed_config/";
    /** Where all requests are refused: a share of the limit. */
    private static final String ALL = "/triggers/0/scaled/saturation_threshold";

    private HeapBudget() {}

    /** With the limit that it was written for; empty where the override has none. */
    public static Optional<Bytes> of(JsonNode override) {
        return bytes(override, "max_heap_size_bytes")
                .or(() -> bytes(override, "max_heap_size_bytes_runtime/default_value"))
                .flatMap(limit -> override.at("/overload_manager/actions")
                        .valueStream()
                        .map(action -> action.at(ALL).asDouble(0))
                        .max(Comparator.naturalOrder())
                        .map(share -> new Bytes((long) (limit.value() * share))));
    }

    private static Optional<Bytes> bytes(JsonNode override, String where) {
        OptionalLong found = override.at(MONITOR + where).asLongOpt();
        return found.isPresent() ? Optional.of(new Bytes(found.getAsLong())) : Optional.empty();
    }
}
