package dev.sidecarsizer.cluster;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A real Kubernetes API server with RBAC and an audit log, whoever starts it. Ends, with all that it started and stored,
 * when it is closed.
 */
public interface ControlPlane extends AutoCloseable {

    /**
     * What is asked for.
     *
     * @param kubernetes which version
     * @param controllerManager whether controllers run, so that Deployments make pods and namespaces end
     * @param progress told what is waited for
     */
    record Wanted(Kubernetes kubernetes, boolean controllerManager, Progress progress) {

        /** The default version, an API server alone, told about on the console. */
        public static Wanted byDefault() {
            return new Wanted(Kubernetes.DEFAULT, false, Progress.onConsole());
        }
    }

    /**
     * Starts one: K3s where Docker is, else from programs on this machine, else from programs built by Go.
     *
     * @throws PartMissing where none of these can be had; the message says which to provide
     */
    static ControlPlane start(Wanted wanted) {
        return Choice.of(wanted).start(wanted);
    }

    /** The version that runs, such as {@code v1.36.2}. */
    String version();

    /** A client of someone who may do everything; closed with this. */
    KubernetesClient admin();

    /** A kubeconfig of someone who may do everything. */
    Path kubeconfig();

    /** A kubeconfig with a token of a ServiceAccount, so that its RBAC is what holds. */
    Path kubeconfigOf(String namespace, String serviceAccount);

    /** How a person on this machine calls kubectl: the words before the command. */
    List<String> kubectl();

    /** A folder of Kustomize, rendered. */
    String render(Path kustomization);

    /**
     * Where a process on this machine must listen so that calls of the API server to a Service, which is there already,
     * reach it. The Service stays as it was applied.
     */
    InetSocketAddress behind(String namespace, String service);

    /** A folder of this machine for files that go with the control plane. */
    Path scratch();

    /** The API server's audit log so far: one event (JSON) a line, for pods and for what the webhook did. */
    String auditLog();

    @Override
    void close();

    /** Applies manifests server-side, as {@code kubectl apply --server-side} does. */
    default void apply(String manifests) {
        kubectl(manifests, "apply", "--server-side", "--filename", "-").orThrow();
    }

    /** Applies the status of objects that are there. */
    default void applyStatus(String manifests) {
        kubectl(manifests, "apply", "--server-side", "--subresource", "status", "--filename", "-")
                .orThrow();
    }

    /** Applies our kinds, and waits until they are served. */
    default void applyKinds() {
        String kinds = render(Path.of("deploy", "crds"));
        apply(kinds);
        kubectl(kinds, "wait", "--for", "condition=Established", "--timeout", "30s", "--filename", "-")
                .orThrow();
    }

    /** Runs kubectl. */
    default Command.Outcome kubectl(String input, String... command) {
        List<String> words = new ArrayList<>(kubectl());
        words.addAll(List.of(command));
        return new Command(words).run(input);
    }

    /** Makes a namespace in which pods can be created. */
    default void createNamespace(String name, Map<String, String> labels) {
        admin().namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withLabels(labels)
                        .endMetadata()
                        .build())
                .create();
        DefaultServiceAccount.in(name, admin());
    }
}
