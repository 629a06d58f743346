package dev.sidecarsizer.cli;

import dev.sidecarsizer.advice.MeshSettings;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The MeshConfig of the Istio in a cluster: the ConfigMap {@code istio}, or {@code istio-REVISION}, where istiod is. */
final class InstalledIstio {

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final String NAME = "istio";
    private static final String OF_A_REVISION = "istio.io/rev";
    private static final String MESH_CONFIG = "mesh";

    private InstalledIstio() {}

    /**
     * What it says, and where there are several what the proxies of each need; Istio's own defaults where there is none, or it must
     * not be seen, or several differ in where resources hold, which is told.
     */
    static MeshSettings settings(KubernetesClient client, Consumer<String> problem) {
        List<MeshSettings> all =
                found(client).stream().flatMap(one -> read(one).stream()).toList();
        if (all.isEmpty()) {
            problem.accept("no MeshConfig of Istio can be seen: its root namespace is taken to be "
                    + MeshSettings.USUAL.rootNamespace() + ", and its extensionProviders are not known");
            return MeshSettings.USUAL;
        }
        MeshSettings first = all.getFirst();
        if (!all.stream().allMatch(first::agrees)) {
            problem.accept("the MeshConfigs of several Istios differ: its root namespace is taken to be "
                    + MeshSettings.USUAL.rootNamespace());
            first = MeshSettings.USUAL;
        }
        return all.stream().reduce(first, MeshSettings::and);
    }

    /** Where it usually is, which most may read; else wherever it is. */
    private static List<ConfigMap> found(KubernetesClient client) {
        try {
            ConfigMap usual = client.configMaps()
                    .inNamespace(MeshSettings.USUAL.rootNamespace())
                    .withName(NAME)
                    .get();
            return usual != null
                    ? List.of(usual)
                    : client.configMaps().inAnyNamespace().withLabel(OF_A_REVISION).list().getItems().stream()
                            .filter(one -> one.getMetadata().getName().equals(NAME)
                                    || one.getMetadata().getName().startsWith(NAME + "-"))
                            .toList();
        } catch (KubernetesClientException refused) {
            if (refused.getCode() != HttpURLConnection.HTTP_FORBIDDEN) {
                throw refused;
            }
            return List.of();
        }
    }

    private static Optional<MeshSettings> read(ConfigMap config) {
        String text = config.getData() == null ? null : config.getData().get(MESH_CONFIG);
        if (text == null) {
            return Optional.empty();
        }
        try {
            JsonNode meshConfig = YAML.readTree(text);
            return Optional.of(MeshSettings.of(meshConfig));
        } catch (JacksonException noYaml) {
            return Optional.empty();
        }
    }
}
