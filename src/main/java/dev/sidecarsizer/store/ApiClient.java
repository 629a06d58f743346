package dev.sidecarsizer.store;

import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.Executors;
import tools.jackson.databind.ObjectMapper;

/** The client that the store needs: the JDK's HTTP client on virtual threads, and objects read untyped. */
public final class ApiClient {

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration REQUEST = Duration.ofSeconds(10);
    /** Doubled at each failure, up to 32 times. */
    private static final Duration RECONNECT = Duration.ofMillis(250);

    private ApiClient() {}

    /** A client for the cluster that {@code where} names. Does not connect yet; its caller closes it. */
    public static KubernetesClient of(Config where) {
        Config config = new ConfigBuilder(where)
                .withConnectionTimeout((int) CONNECT.toMillis())
                .withRequestTimeout((int) REQUEST.toMillis())
                .withWatchReconnectInterval((int) RECONNECT.toMillis())
                // watches and the journal try again by themselves; a write that the client repeats unasked would look
                // like
                // another replica's
                .withRequestRetryBackoffLimit(0)
                .withUserAgent("sidecar-sizer")
                .build();
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(new VirtualThreadHttp())
                .withTaskExecutor(Executors.newVirtualThreadPerTaskExecutor())
                .withKubernetesSerialization(untyped())
                .build();
    }

    /** No search for the model's three thousand classes; only the status that ends a watch must be known as one. */
    private static KubernetesSerialization untyped() {
        KubernetesSerialization serialization = new KubernetesSerialization(new ObjectMapper(), false);
        serialization.registerKubernetesResource("v1", "Status", Status.class);
        return serialization;
    }

    private static final class VirtualThreadHttp extends JdkHttpClientFactory {
        @Override
        protected void additionalConfig(HttpClient.Builder builder) {
            builder.executor(Executors.newVirtualThreadPerTaskExecutor());
        }
    }
}
