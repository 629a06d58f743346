package dev.sidecarsizer.istio;

import dev.sidecarsizer.cluster.ControlPlane;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Services of two ports each, HTTP and gRPC, with endpoints that are nobody's. */
record ManyServices(String namespace, int services, int endpoints) {

    static final int PORTS = 2;

    private static final int WRITERS = 8;

    /**
     * Creates them.
     *
     * @param annotations of each Service, such as {@code networking.istio.io/exportTo}
     */
    void create(ControlPlane plane, Map<String, String> annotations) {
        KubernetesClient client = plane.admin();
        try (ExecutorService writers = Executors.newFixedThreadPool(WRITERS)) {
            IntStream.range(0, services)
                    .forEach(number -> writers.execute(() -> {
                        client.resource(service(number, annotations)).create();
                        client.resource(endpointsOf(number)).create();
                    }));
        }
    }

    /** Hosts of the first ones, as Istio's telemetry names them. */
    List<String> hosts(int first) {
        return IntStream.range(0, first).mapToObj(this::host).toList();
    }

    private String host(int number) {
        return name(number) + "." + namespace + ".svc.cluster.local";
    }

    /** DestinationRules that make two subsets of each of the first ones, as YAML. */
    String subsets(int first) {
        return IntStream.range(0, first)
                .mapToObj(number ->
                        """
                        apiVersion: networking.istio.io/v1
                        kind: DestinationRule
                        metadata: {name: %s, namespace: %s}
                        spec:
                          host: %s
                          subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]
                        """
                                .formatted(name(number), namespace, host(number)))
                .collect(Collectors.joining("---\n"));
    }

    private static String name(int number) {
        return "s" + number;
    }

    private Service service(int number, Map<String, String> annotations) {
        return new ServiceBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name(number))
                .withAnnotations(annotations)
                .endMetadata()
                .withNewSpec()
                .addNewPort()
                .withName("http")
                .withPort(8080)
                .endPort()
                .addNewPort()
                .withName("grpc")
                .withPort(9090)
                .endPort()
                .endSpec()
                .build();
    }

    private EndpointSlice endpointsOf(int number) {
        return new EndpointSliceBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name(number) + "-1")
                .withLabels(Map.of("kubernetes.io/service-name", name(number)))
                .endMetadata()
                .withAddressType("IPv4")
                .addNewPort()
                .withName("http")
                .withPort(8080)
                .withProtocol("TCP")
                .endPort()
                .addNewPort()
                .withName("grpc")
                .withPort(9090)
                .withProtocol("TCP")
                .endPort()
                .withEndpoints(IntStream.range(0, endpoints)
                        .mapToObj(index -> endpoint(number * endpoints + index))
                        .toList())
                .build();
    }

    private static Endpoint endpoint(int number) {
        return new EndpointBuilder()
                .withAddresses("10.%d.%d.%d".formatted(100 + number / 62500, number / 250 % 250, number % 250 + 1))
                .withNewConditions()
                .withReady(true)
                .endConditions()
                .build();
    }
}
