package dev.sidecarsizer.cli;

import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;

/** Kinds by which istiod tells proxies where requests go. */
public enum Routing {
    SIDECARS("networking.istio.io", "Sidecar", "sidecars"),
    VIRTUAL_SERVICES("networking.istio.io", "VirtualService", "virtualservices"),
    HTTP_ROUTES("gateway.networking.k8s.io", "HTTPRoute", "httproutes"),
    GRPC_ROUTES("gateway.networking.k8s.io", "GRPCRoute", "grpcroutes");

    @SuppressWarnings("ImmutableEnumChecker") // nobody changes it
    private final ResourceDefinitionContext context;

    Routing(String group, String kind, String plural) {
        context = new ResourceDefinitionContext.Builder()
                .withGroup(group)
                .withVersion("v1")
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
