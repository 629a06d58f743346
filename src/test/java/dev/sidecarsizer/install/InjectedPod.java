package dev.sidecarsizer.install;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Pods as Istio's injector leaves them, in {@code src/test/resources/pods}. */
public enum InjectedPod {
    /** A Deployment's pod with a native sidecar. */
    REVIEWS,
    /** The same, of another Deployment. */
    CHECKOUT,
    /** The same, of a Deployment that nobody has seen before. */
    NEWCOMER,
    /** A Deployment's pod with a classic sidecar, whose owner asks for a limit and an idle timeout. */
    PAYMENTS,
    /** A CronJob's pod with a native sidecar. */
    NIGHTLY_REPORT;

    private static final YAMLMapper YAML = new YAMLMapper();

    public String workload() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The pod as YAML, as it would be injected in this namespace. */
    public String yaml(String namespace) {
        try (InputStream file =
                Objects.requireNonNull(InjectedPod.class.getResourceAsStream("/pods/" + workload() + ".yaml"))) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8).replace("${namespace}", namespace);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same, to be changed. */
    ObjectNode json(String namespace) {
        return (ObjectNode) YAML.readTree(yaml(namespace));
    }

    /** The same under a name, as nobody but a person would make it. */
    ObjectNode json(String namespace, String name) {
        ObjectNode pod = json(namespace);
        pod.withObject("/metadata").put("name", name).remove("generateName");
        return pod;
    }
}
