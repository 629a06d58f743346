package dev.sidecarsizer.collect;

import dev.sidecarsizer.store.ApiClient;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A candidate in a process of its own, which can be killed: writes a file when it leads. */
public final class Candidate {

    private Candidate() {}

    /** Arguments: kubeconfig, namespace, the file. */
    public static void main(String[] arguments) throws InterruptedException {
        KubernetesClient client =
                ApiClient.of(Config.fromKubeconfig(Path.of(arguments[0]).toFile()));
        Path leads = Path.of(arguments[2]);
        Leadership leadership = new Leadership(client, arguments[1], "killed", LeadershipIT.SHORT, term -> {
            write(leads);
            Thread.sleep(Long.MAX_VALUE);
        });
        leadership.start();
        new CountDownLatch(1).await();
    }

    private static void write(Path leads) {
        try {
            Files.writeString(leads, "leads");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
