package dev.sidecarsizer.cli;

import dev.sidecarsizer.mesh.Mode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** How far the installation in the cluster may go: the property {@code sidecar-sizer.mode-cap}, as its Deployment sets it. */
final class InstalledCap {

    private static final String LABEL = "app.kubernetes.io/name";
    private static final String NAME = "sidecar-sizer";
    private static final String ARGUMENT = "--sidecar-sizer.mode-cap=";
    /** As Spring reads it, with or without the dash. */
    private static final List<String> VARIABLES = List.of("SIDECARSIZER_MODECAP", "SIDECAR_SIZER_MODE_CAP");

    private InstalledCap() {}

    /**
     * The least that one of its containers sets; enforce where none does, or it must not be seen, which is told.
     *
     * @param ownNamespace where it is installed
     */
    static Mode of(KubernetesClient client, String ownNamespace, Consumer<String> problem) {
        try {
            return client
                    .apps()
                    .deployments()
                    .inNamespace(ownNamespace)
                    .withLabel(LABEL, NAME)
                    .list()
                    .getItems()
                    .stream()
                    .flatMap(one -> one.getSpec().getTemplate().getSpec().getContainers().stream())
                    .flatMap(InstalledCap::set)
                    .map(Mode::ofLabel)
                    .min(Comparator.naturalOrder())
                    .orElse(Mode.ENFORCE);
        } catch (KubernetesClientException refused) {
            if (refused.getCode() != HttpURLConnection.HTTP_FORBIDDEN) {
                throw refused;
            }
            problem.accept("Deployments of " + ownNamespace + " must not be seen: a cap on the mode has no say here");
            return Mode.ENFORCE;
        }
    }

    private static Stream<String> set(Container container) {
        Stream<String> arguments = Objects.requireNonNullElse(container.getArgs(), List.<String>of()).stream()
                .filter(argument -> argument.startsWith(ARGUMENT))
                .map(argument -> argument.substring(ARGUMENT.length()));
        Stream<String> variables = container.getEnv().stream()
                .filter(variable -> VARIABLES.contains(variable.getName()))
                .flatMap(variable -> Optional.ofNullable(variable.getValue()).stream());
        return Stream.concat(arguments, variables);
    }
}
