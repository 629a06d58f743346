package dev.sidecarsizer.advice;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * What Istio's installation says of where its resources hold, and of what proxies need.
 *
 * @param rootNamespace whose resources hold in all others
 * @param keepsRulesPrivate whether DestinationRules that are exported to nobody by name stay in their namespace
 * @param providers services that proxies ask by themselves, {@code host} or {@code namespace/host}: who may call, and where traces
 *     and access logs go; no request metric tells of them
 * @see <a href="https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/">MeshConfig</a>
 */
public record MeshSettings(String rootNamespace, boolean keepsRulesPrivate, Set<String> providers) {

    /** Istio's own defaults. */
    public static final MeshSettings USUAL = new MeshSettings("istio-system", false, Set.of());

    /** As a MeshConfig has them. */
    public static MeshSettings of(JsonNode meshConfig) {
        return new MeshSettings(
                meshConfig.path("rootNamespace").asString(USUAL.rootNamespace),
                meshConfig.path("defaultDestinationRuleExportTo").valueStream().anyMatch(to -> to.asString("")
                        .equals(".")),
                meshConfig.path("extensionProviders").findValues("service").stream()
                        .map(service -> service.asString(""))
                        .filter(service -> !service.isEmpty())
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    /** This, with what proxies of another installation in the same cluster need too. */
    public MeshSettings and(MeshSettings another) {
        Set<String> both = new TreeSet<>(providers);
        both.addAll(another.providers);
        return new MeshSettings(rootNamespace, keepsRulesPrivate, both);
    }

    /** Whether resources hold in the same places. */
    public boolean agrees(MeshSettings another) {
        return rootNamespace.equals(another.rootNamespace) && keepsRulesPrivate == another.keepsRulesPrivate;
    }
}
