package dev.sidecarsizer.cluster;

import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;

/** Kubeconfig files with a bearer token. */
final class Kubeconfig {

    private static final Duration TOKEN_LIFE = Duration.ofHours(24);

    private Kubeconfig() {}

    static Path write(Path file, String server, String authority, String user, String token) {
        String base64 = Base64.getEncoder().encodeToString(authority.getBytes(StandardCharsets.UTF_8));
        try {
            return Files.writeString(
                    file,
                    """
                    apiVersion: v1
                    kind: Config
                    clusters:
                      - name: sidecar-sizer
                        cluster:
                          server: %s
                          certificate-authority-data: %s
                    users:
                      - name: %s
                        user:
                          token: %s
                    contexts:
                      - name: sidecar-sizer
                        context:
                          cluster: sidecar-sizer
                          user: %s
                    current-context: sidecar-sizer
                    """
                            .formatted(server, base64, user, token, user));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One for a ServiceAccount, by TokenRequest. */
    static Path ofServiceAccount(Path folder, KubernetesClient admin, String namespace, String serviceAccount) {
        String token = admin.serviceAccounts()
                .inNamespace(namespace)
                .withName(serviceAccount)
                .tokenRequest(new TokenRequestBuilder()
                        .withNewSpec()
                        .withExpirationSeconds(TOKEN_LIFE.toSeconds())
                        .endSpec()
                        .build())
                .getStatus()
                .getToken();
        Config config = admin.getConfiguration();
        String authority = new String(Base64.getDecoder().decode(config.getCaCertData()), StandardCharsets.UTF_8);
        return write(
                folder.resolve(namespace + "." + serviceAccount + ".kubeconfig"),
                config.getMasterUrl(),
                authority,
                serviceAccount,
                token);
    }

    static Config read(Path file) {
        return Config.fromKubeconfig(file.toFile());
    }
}
