package dev.sidecarsizer.advice;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Finding.Confidence;
import dev.sidecarsizer.profile.Finding.Evidence;
import dev.sidecarsizer.profile.Makeup;
import java.util.ArrayList;
import java.util.List;

/**
 * Wasm plugins and Lua scripts run in the proxy, in virtual machines for each worker thread. One of Wasm takes {@value
 * #KIB_EACH_VM} KiB before its plugin keeps anything, a third of it in no number of Envoy's; a script of Lua an eighth of that,
 * and how many scripts there are is not exported. Measured: {@code docs/findings.md}.
 */
final class ScriptedFilters implements Rule {

    private static final long KIB_EACH_VM = 970;

    @Override
    public Answer judge(Known known) {
        Makeup makeup = known.facts().makeup();
        Long wasm = makeup.wasm();
        Boolean lua = makeup.lua();
        long machines = wasm == null ? 0 : wasm;
        boolean hasLua = Boolean.TRUE.equals(lua);
        if (machines == 0 && !hasLua) {
            return wasm != null && lua != null
                    ? Rule.healthy()
                    : Rule.lacks(
                            new Need("envoy_wasm_…_active", wasm),
                            new Need(
                                    "envoy_http_lua_errors, not exported by default: statsInclusionRegexps http\\..*lua.*",
                                    lua));
        }
        List<Evidence> evidence = new ArrayList<>();
        Bytes cost = null;
        String least = "";
        if (machines > 0) {
            cost = new Bytes(Math.min(machines, Integer.MAX_VALUE) * (KIB_EACH_VM << 10));
            least = ": those of Wasm take " + Text.mebi(cost) + ", before what the plugins keep";
            evidence.add(new Evidence("virtual machines of Wasm", String.valueOf(machines), "envoy_wasm_…_active"));
            evidence.add(new Evidence("each", KIB_EACH_VM + " KiB or more", "docs/findings.md"));
        }
        if (hasLua) {
            evidence.add(new Evidence("Lua", "a filter", "envoy_http_lua_errors"));
        }
        String which =
                machines > 0 && hasLua ? "Wasm plugins and Lua scripts" : machines > 0 ? "Wasm plugins" : "Lua scripts";
        return new Answer.Found(
                cost,
                Confidence.ESTIMATED,
                which + " run in the proxy, in virtual machines of each worker thread" + least,
                evidence,
                fix(known.workload()));
    }

    /** The leader sees none of these resources; the command does. */
    static String fix(WorkloadKey workload) {
        return "# which resources bring them to this workload: sidecar-sizer advise --namespace " + workload.namespace()
                + " --output yaml\n# all that there are\nkubectl get wasmplugins,envoyfilters --all-namespaces";
    }
}
