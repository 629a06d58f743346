package dev.sidecarsizer.cli;

import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;

/** Kinds of which istiod makes what a proxy holds. */
public enum MeshKind {
    SERVICES("", "v1", "Service", "services"),
    SERVICE_ENTRIES("networking.istio.io", "v1", "ServiceEntry", "serviceentries"),
    SIDECARS("networking.istio.io", "v1", "Sidecar", "sidecars"),
    VIRTUAL_SERVICES("networking.istio.io", "v1", "VirtualService", "virtualservices"),
    DESTINATION_RULES("networking.istio.io", "v1", "DestinationRule", "destinationrules"),
    HTTP_ROUTES("gateway.networking.k8s.io", "v1", "HTTPRoute", "httproutes"),
    GRPC_ROUTES("gateway.networking.k8s.io", "v1", "GRPCRoute", "grpcroutes"),
    ENVOY_FILTERS("networking.istio.io", "v1alpha3", "EnvoyFilter", "envoyfilters"),
    WASM_PLUGINS("extensions.istio.io", "v1alpha1", "WasmPlugin", "wasmplugins"),
    TRAFFIC_EXTENSIONS("extensions.istio.io", "v1alpha1", "TrafficExtension", "trafficextensions");

    @SuppressWarnings("ImmutableEnumChecker") // nobody changes it
    private final ResourceDefinitionContext context;

    MeshKind(String group, String version, String kind, String plural) {
        context = new ResourceDefinitionContext.Builder()
                .withGroup(group)
                .withVersion(version)
                .withKind(kind)
                .withPlural(plural)
                .withNamespaced(true)
                .build();
    }

    ResourceDefinitionContext context() {
        return context;
    }

    /** For people. */
    String plural() {
        return context.getPlural();
    }
}
