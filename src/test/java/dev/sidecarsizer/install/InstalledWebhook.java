package dev.sidecarsizer.install;

import dev.sidecarsizer.cluster.ControlPlane;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** An installation with its two replicas behind the Service, as in a cluster, and a client that creates pods. */
final class InstalledWebhook implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(30);

    /** A namespace in which nobody has asked for us. */
    static final String WITHOUT_US = "without-us";

    private static final String ASKED_ABOUT = "asked-about";

    private final Installation installation;
    private final PodClient pods;
    private final List<Replica> replicas;
    private final RoundRobin service;
    private final Deque<AutoCloseable> running;

    private InstalledWebhook(
            Installation installation,
            PodClient pods,
            List<Replica> replicas,
            RoundRobin service,
            Deque<AutoCloseable> running) {
        this.installation = installation;
        this.pods = pods;
        this.replicas = replicas;
        this.service = service;
        this.running = running;
    }

    static InstalledWebhook on(ControlPlane plane) {
        Deque<AutoCloseable> running = new ArrayDeque<>();
        try {
            Installation installation = Installation.on(plane);
            plane.createNamespace(WITHOUT_US, Map.of());
            plane.createNamespace(ASKED_ABOUT, Map.of("sidecar-sizer.dev/mode", "enforce"));
            PodClient pods = new PodClient(plane);
            running.push(pods);
            Replica one = Replica.start(installation, anyPort(), "--sidecar-sizer.audit.write-interval=100ms");
            running.push(one);
            Replica two = Replica.start(installation, anyPort(), "--sidecar-sizer.audit.write-interval=100ms");
            running.push(two);
            RoundRobin service = RoundRobin.listen(installation.listen(), List.of(one.address(), two.address()));
            running.push(service);
            return new InstalledWebhook(installation, pods, List.of(one, two), service, running);
        } catch (RuntimeException e) {
            close(running);
            throw e;
        }
    }

    /** An address for a replica behind the Service. */
    static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    ControlPlane plane() {
        return installation.plane();
    }

    Installation installation() {
        return installation;
    }

    RoundRobin service() {
        return service;
    }

    PodClient pods() {
        return pods;
    }

    List<Replica> replicas() {
        return replicas;
    }

    /** Puts another behind the Service in place of the replicas, for as long as {@code meanwhile} takes. */
    void instead(InetSocketAddress other, Runnable meanwhile) {
        carryTo(List.of(other));
        try {
            meanwhile.run();
        } finally {
            putBack();
        }
    }

    /** Puts the replicas back behind the Service. */
    void putBack() {
        carryTo(replicas.stream().map(Replica::address).toList());
    }

    /** Waits until a pod would be given this memory, {@code request/limit}: caches follow in their own time. */
    void awaitMemory(String namespace, ObjectNode pod, String memory) {
        Pause.until(
                "pods in " + namespace + " get " + memory,
                PATIENCE,
                () -> pods.dryRun(namespace, pod).orThrow().memory().equals(memory));
    }

    @Override
    public void close() {
        close(running);
    }

    /**
     * Changes who is behind the Service, and waits until the API server has noticed that its connections have ended: a
     * call on one of them would be lost.
     */
    void carryTo(List<InetSocketAddress> backends) {
        service.carryTo(backends);
        int before = service.connections();
        service.cut();
        ObjectNode any = InjectedPod.NEWCOMER.json(ASKED_ABOUT);
        Pause.until("the API server connects anew", PATIENCE, () -> {
            pods.dryRun(ASKED_ABOUT, any);
            return service.connections() > before;
        });
    }

    private static void close(Deque<AutoCloseable> running) {
        while (!running.isEmpty()) {
            try {
                running.pop().close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
