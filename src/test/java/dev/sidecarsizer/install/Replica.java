package dev.sidecarsizer.install;

import dev.sidecarsizer.config.Webhook;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.context.ConfigurableApplicationContext;

/** The real application in this JVM, as one pod of the Deployment would run it. */
public final class Replica implements AutoCloseable {

    /** The system property by which the client finds its kubeconfig: the same as the variable KUBECONFIG. */
    private static final String KUBECONFIG = "kubeconfig";

    private static final String MANAGEMENT_PORT = "--management.server.port=";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ConfigurableApplicationContext context;
    private final InetSocketAddress address;

    private Replica(ConfigurableApplicationContext context, InetSocketAddress address) {
        this.context = context;
        this.address = address;
    }

    /**
     * Starts one and waits until it is ready.
     *
     * @param address where it listens; port 0 for a free one
     * @param settings more of them, such as {@code --management.server.port=8080}
     */
    public static Replica start(Installation installation, InetSocketAddress address, String... settings) {
        Replica replica = startUnready(installation, installation.kubeconfig(), address, settings);
        try {
            replica.awaitReady(installation.tls());
            return replica;
        } catch (RuntimeException e) {
            replica.close();
            throw e;
        }
    }

    /** Starts one under the given kubeconfig and does not wait. */
    public static Replica startUnready(
            Installation installation, Path kubeconfig, InetSocketAddress address, String... settings) {
        List<String> all = new ArrayList<>(List.of(
                "--server.address=" + address.getAddress().getHostAddress(),
                "--server.port=" + address.getPort(),
                "--management.server.address=127.0.0.1",
                "--sidecar-sizer.tls.directory=" + installation.tls(),
                // nobody waits for a Service's endpoints to be spread here
                "--sidecar-sizer.shutdown.drain=0s"));
        all.addAll(List.of(settings));
        if (all.stream().noneMatch(setting -> setting.startsWith(MANAGEMENT_PORT))) {
            all.add(MANAGEMENT_PORT + "0");
        }
        SpringApplication application = new SpringApplication(Webhook.class);
        // whoever started it closes it, in order
        application.setRegisterShutdownHook(false);
        String before = System.getProperty(KUBECONFIG);
        System.setProperty(KUBECONFIG, kubeconfig.toString());
        try {
            ConfigurableApplicationContext context = application.run(all.toArray(String[]::new));
            // refreshed once a minute, it would follow the property to whatever cluster a later test names there
            context.getBean(KubernetesClient.class).getConfiguration().setAutoConfigure(false);
            int port = port(context, "local.server.port");
            return new Replica(context, new InetSocketAddress(address.getAddress(), port));
        } catch (RuntimeException e) {
            throw isPortTaken(e)
                    ? new IllegalStateException(
                            "Port " + address.getPort() + " of "
                                    + address.getAddress().getHostAddress()
                                    + " is taken: end the process that listens there, or on that port of all addresses",
                            e)
                    : e;
        } finally {
            if (before == null) {
                System.clearProperty(KUBECONFIG);
            } else {
                System.setProperty(KUBECONFIG, before);
            }
        }
    }

    public InetSocketAddress address() {
        return address;
    }

    /** Where its metrics are. */
    public URI management() {
        return URI.create("http://" + InetAddress.getLoopbackAddress().getHostAddress() + ":"
                + port(context, "local.management.port"));
    }

    /** What {@code /readyz} answers now. */
    public int readiness(Path tls) {
        return Https.trusting(tls.resolve("ca.crt")).status(address, "/readyz");
    }

    @Override
    public void close() {
        context.close();
    }

    private void awaitReady(Path tls) {
        Instant deadline = Instant.now().plus(PATIENCE);
        Https https = Https.trusting(tls.resolve("ca.crt"));
        int status = https.status(address, "/readyz");
        while (status != 200) {
            if (Instant.now().isAfter(deadline)) {
                throw new IllegalStateException(
                        "the webhook is not ready after " + PATIENCE.toSeconds() + " s: /readyz answers " + status);
            }
            Pause.ofMillis(50);
            status = https.status(address, "/readyz");
        }
    }

    private static int port(ConfigurableApplicationContext context, String property) {
        return Integer.parseInt(Objects.requireNonNull(context.getEnvironment().getProperty(property)));
    }

    private static boolean isPortTaken(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof PortInUseException || cause instanceof BindException) {
                return true;
            }
        }
        return false;
    }
}
