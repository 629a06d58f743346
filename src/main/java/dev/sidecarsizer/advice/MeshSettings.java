package dev.sidecarsizer.advice;

import tools.jackson.databind.JsonNode;

/**
 * What Istio's installation says of where its resources hold.
 *
 * @param rootNamespace whose resources hold in all others
 * @param keepsRulesPrivate whether DestinationRules that are exported to nobody by name stay in their namespace
 * @see <a href="https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/">MeshConfig</a>
 */
public record MeshSettings(String rootNamespace, boolean keepsRulesPrivate) {

    /** Istio's own defaults. */
    public static final MeshSettings USUAL = new MeshSettings("istio-system", false);

    /** As a MeshConfig has them. */
    public static MeshSettings of(JsonNode meshConfig) {
        return new MeshSettings(
                meshConfig.path("rootNamespace").asString(USUAL.rootNamespace),
                meshConfig.path("defaultDestinationRuleExportTo").valueStream().anyMatch(to -> to.asString("")
                        .equals(".")));
    }
}
