package dev.sidecarsizer.install;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.sidecarsizer.cluster.CertificateAuthority;
import dev.sidecarsizer.cluster.ControlPlane;
import dev.sidecarsizer.cluster.ServerTls;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Another mutating webhook, which sets the proxy's resources to what Istio's template has, each time that it is called,
 * as a second injection does.
 */
final class Resetter implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String TEMPLATE =
            """
            {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"cpu": "2", "memory": "1Gi"}}""";

    private static final int PORT = 8443;

    private final ControlPlane plane;
    private final String namespace;
    private final String name;
    private final HttpsServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger calls = new AtomicInteger();

    private Resetter(ControlPlane plane, String namespace, String name, HttpsServer server) {
        this.plane = plane;
        this.namespace = namespace;
        this.name = name;
        this.server = server;
    }

    /**
     * Puts one into the order of webhooks, for one namespace.
     *
     * @param name of its configuration, which is what they are ordered by
     * @param reinvocation {@code Never} or {@code IfNeeded}
     */
    static Resetter in(ControlPlane plane, String namespace, String name, String reinvocation) {
        try {
            plane.apply(
                    """
                    apiVersion: v1
                    kind: Service
                    metadata: {name: %s, namespace: %s}
                    spec: {ports: [{port: %d}]}
                    """
                            .formatted(name, namespace, PORT));
            CertificateAuthority authority = new CertificateAuthority(name);
            HttpsServer server = HttpsServer.create(plane.behind(namespace, name), 0);
            server.setHttpsConfigurator(new HttpsConfigurator(
                    ServerTls.of(authority.issue(name, List.of("DNS:" + name + "." + namespace + ".svc")))));
            Resetter resetter = new Resetter(plane, namespace, name, server);
            server.setExecutor(resetter.threads);
            server.createContext("/", resetter::answer);
            server.start();
            resetter.configure(reinvocation, authority.pem());
            return resetter;
        } catch (IOException e) {
            throw new IllegalStateException("cannot serve " + name, e);
        }
    }

    /** How often it was called. */
    int calls() {
        return calls.get();
    }

    @Override
    public void close() {
        plane.admin()
                .admissionRegistration()
                .v1()
                .mutatingWebhookConfigurations()
                .withName(name)
                .delete();
        plane.admin().services().inNamespace(namespace).withName(name).delete();
        server.stop(0);
        threads.close();
    }

    private void configure(String reinvocation, String authority) {
        plane.admin()
                .resource(new MutatingWebhookConfigurationBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .addNewWebhook()
                        .withName(name + ".example.org")
                        .withAdmissionReviewVersions("v1")
                        .withSideEffects("None")
                        .withFailurePolicy("Fail")
                        .withReinvocationPolicy(reinvocation)
                        .withNewNamespaceSelector()
                        .addToMatchLabels("kubernetes.io/metadata.name", namespace)
                        .endNamespaceSelector()
                        .addNewRule()
                        .withApiGroups("")
                        .withApiVersions("v1")
                        .withOperations("CREATE")
                        .withResources("pods")
                        .endRule()
                        .withNewClientConfig()
                        .withCaBundle(Base64.getEncoder().encodeToString(authority.getBytes(StandardCharsets.UTF_8)))
                        .withNewService()
                        .withNamespace(namespace)
                        .withName(name)
                        .withPort(PORT)
                        .endService()
                        .endClientConfig()
                        .endWebhook()
                        .build())
                .create();
    }

    private void answer(HttpExchange exchange) throws IOException {
        calls.incrementAndGet();
        try (exchange;
                InputStream body = exchange.getRequestBody()) {
            JsonNode request = JSON.readTree(body.readAllBytes()).path("request");
            ObjectNode review = JSON.createObjectNode()
                    .put("apiVersion", "admission.k8s.io/v1")
                    .put("kind", "AdmissionReview");
            review.putObject("response")
                    .put("uid", request.path("uid").asString())
                    .put("allowed", true)
                    .put("patchType", "JSONPatch")
                    .put(
                            "patch",
                            Base64.getEncoder().encodeToString(JSON.writeValueAsBytes(patch(request.path("object")))));
            byte[] answer = JSON.writeValueAsBytes(review);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    private static ArrayNode patch(JsonNode pod) {
        ArrayNode patch = JSON.createArrayNode();
        for (String list : List.of("initContainers", "containers")) {
            JsonNode containers = pod.path("spec").path(list);
            for (int i = 0; i < containers.size(); i++) {
                if (containers.get(i).path("name").asString("").equals("istio-proxy")) {
                    patch.addObject()
                            .put("op", "add")
                            .put("path", "/spec/" + list + "/" + i + "/resources")
                            .set("value", JSON.readTree(TEMPLATE));
                }
            }
        }
        return patch;
    }
}
