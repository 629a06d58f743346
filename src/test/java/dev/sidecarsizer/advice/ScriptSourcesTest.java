package dev.sidecarsizer.advice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.advice.ScriptSources.All;
import dev.sidecarsizer.advice.ScriptSources.Source;
import dev.sidecarsizer.mesh.Pods;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class ScriptSourcesTest {

    private static final String LUA =
            "{'@type': type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua, default_source_code: {inline_string: a}}";

    @Test
    void namesWhatBringsThem() {
        All all = new All(
                List.of(filter("istio-system", "lua", "", "SIDECAR_INBOUND", LUA)),
                List.of(
                        Pods.tree(
                                """
                                {metadata: {name: auth, namespace: shop}, spec: {selector: {matchLabels: {app: reviews}},
                                 url: "oci://example.com/auth:1"}}
                                """)),
                List.of(
                        Pods.tree("{metadata: {name: header, namespace: shop}, spec: {lua: {inlineCode: a}}}"),
                        Pods.tree(
                                "{metadata: {name: rate, namespace: shop}, spec: {wasm: {url: \"file:///rate.wasm\"}}}")));

        assertThat(of(all))
                .containsExactly(
                        "EnvoyFilter istio-system/lua brings Lua",
                        "WasmPlugin shop/auth brings Wasm (oci://example.com/auth:1) to pods with app=reviews",
                        "TrafficExtension shop/header brings Lua",
                        "TrafficExtension shop/rate brings Wasm (file:///rate.wasm)");
        assertThat(all.selectPods()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                LUA,
                "{'@type': type.googleapis.com/udpa.type.v1.TypedStruct, type_url:"
                        + " type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm}",
                "{'@type': type.googleapis.com/envoy.extensions.filters.network.wasm.v3.Wasm,"
                        + " config: {vm_config: {runtime: envoy.wasm.runtime.v8}}}"
            })
    void knowsThemByTheirType(String config) {
        assertThat(of(filter("shop", "a", "", "ANY", config))).hasSize(1);
    }

    @Test
    void passesByWhatIsForOthers() {
        assertThat(of(
                        filter("shop", "gateway", "", "GATEWAY", LUA),
                        filter("shop", "waypoint", "targetRefs: [{kind: Gateway, name: a}],", "ANY", LUA),
                        filter("shop", "other-pods", "workloadSelector: {labels: {app: other}},", "ANY", LUA),
                        filter("bank", "other-namespace", "", "ANY", LUA)))
                .isEmpty();
    }

    @Test
    void passesByWhatIsNoScript() {
        assertThat(of(
                        filter(
                                "shop",
                                "rate-limit",
                                "",
                                "ANY",
                                "{'@type': type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit}"),
                        filter(
                                "shop",
                                "istios-own",
                                "",
                                "ANY",
                                "{'@type': type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm,"
                                        + " config: {vm_config: {runtime: envoy.wasm.runtime.null}}}"),
                        Pods.tree(
                                "{metadata: {name: removes, namespace: shop}, spec: {configPatches: [{applyTo: HTTP_FILTER,"
                                        + " patch: {operation: REMOVE, value: {typed_config: " + LUA + "}}}]}}")))
                .isEmpty();
    }

    private static Stream<String> of(JsonNode... envoyFilters) {
        return of(new All(List.of(envoyFilters), List.of(), List.of()));
    }

    private static Stream<String> of(All all) {
        return ScriptSources.of("shop", List.of(Map.of("app", "reviews", "version", "v1")), all, MeshSettings.USUAL)
                .stream()
                .map(Source::says);
    }

    private static JsonNode filter(String namespace, String name, String spec, String context, String config) {
        return Pods.tree("{metadata: {name: " + name + ", namespace: " + namespace + "}, spec: {" + spec
                + " configPatches: [{applyTo: HTTP_FILTER, match: {context: " + context
                + "}, patch: {operation: INSERT_BEFORE, value: {name: a, typed_config: " + config + "}}}]}}");
    }
}
