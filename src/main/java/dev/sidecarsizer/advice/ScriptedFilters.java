package dev.sidecarsizer.advice;

import dev.sidecarsizer.profile.Finding.Evidence;
import dev.sidecarsizer.profile.Makeup;
import java.util.ArrayList;
import java.util.List;

/**
 * Wasm plugins and Lua scripts run in the proxy, in virtual machines for each worker thread. What those take is not in what
 * Envoy's allocator counts, but in the container's memory: how much depends on the script, and is not guessed.
 */
final class ScriptedFilters implements Rule {

    @Override
    public Answer judge(Known known) {
        Makeup makeup = known.makeup();
        Long wasm = makeup.wasm();
        Boolean lua = makeup.lua();
        boolean hasWasm = wasm != null && wasm > 0;
        boolean hasLua = Boolean.TRUE.equals(lua);
        if (!hasWasm && !hasLua) {
            return wasm != null && lua != null
                    ? Rule.healthy()
                    : Rule.lacks(
                            new Need("envoy_wasm_…_active", wasm),
                            new Need(
                                    "envoy_http_lua_errors, not exported by default: statsInclusionRegexps http\\..*lua.*",
                                    lua));
        }
        List<Evidence> evidence = new ArrayList<>();
        if (hasWasm) {
            evidence.add(new Evidence("virtual machines of Wasm", String.valueOf(wasm), "envoy_wasm_…_active"));
        }
        if (hasLua) {
            evidence.add(new Evidence("Lua", "a filter", "envoy_http_lua_errors"));
        }
        String which = hasWasm && hasLua ? "Wasm plugins and Lua scripts" : hasWasm ? "Wasm plugins" : "Lua scripts";
        return Rule.found(
                null,
                which
                        + " run in the proxy, once for each worker thread; what they take is the container's memory, and in"
                        + " none of Envoy's numbers",
                evidence,
                "# what brings them: selectors and namespaces tell whether this workload needs each\n"
                        + "kubectl get wasmplugins,envoyfilters --all-namespaces");
    }
}
