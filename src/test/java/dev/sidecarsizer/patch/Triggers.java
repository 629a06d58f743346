package dev.sidecarsizer.patch;

import tools.jackson.databind.JsonNode;

/** When the actions of an override begin. */
final class Triggers {

    private Triggers() {}

    /**
     * The only trigger of an action.
     *
     * @param action such as {@code stop_accepting_requests}
     */
    static JsonNode of(JsonNode override, String action) {
        return override.at("/overload_manager/actions")
                .valueStream()
                .filter(one -> one.path("name").asString().endsWith("." + action))
                .findFirst()
                .orElseThrow()
                .at("/triggers/0");
    }
}
