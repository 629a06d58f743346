package dev.sidecarsizer.install;

import dev.sidecarsizer.cluster.ControlPlane;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** An installation on a control plane of its own, without replicas yet: who leads here is nobody else's concern. */
final class LearningCluster implements AutoCloseable {

    private final Installation installation;
    private final PodClient pods;
    private final Deque<AutoCloseable> running;

    private LearningCluster(Installation installation, PodClient pods, Deque<AutoCloseable> running) {
        this.installation = installation;
        this.pods = pods;
        this.running = running;
    }

    /** Starts one, with a namespace that asks for enforcement. */
    static LearningCluster start(String namespace) {
        return start(ControlPlane.Wanted.byDefault(), namespace);
    }

    static LearningCluster start(ControlPlane.Wanted wanted, String namespace) {
        Deque<AutoCloseable> running = new ArrayDeque<>();
        try {
            ControlPlane plane = ControlPlane.start(wanted);
            running.push(plane);
            Installation installation = Installation.on(plane);
            plane.createNamespace(namespace, Map.of("sidecar-sizer.dev/mode", "enforce"));
            PodClient pods = new PodClient(plane);
            running.push(pods);
            return new LearningCluster(installation, pods, running);
        } catch (RuntimeException e) {
            close(running);
            throw e;
        }
    }

    /** Settings of a replica that learns in seconds what takes others hours. */
    static List<String> quickly(URI prometheus, Duration window) {
        return List.of(
                "--sidecar-sizer.collect.prometheus.url=" + prometheus,
                "--sidecar-sizer.collect.prometheus.window=" + window.toSeconds() + "s",
                "--sidecar-sizer.collect.prometheus.delay=2s",
                "--sidecar-sizer.collect.prometheus.history=4d",
                "--sidecar-sizer.collect.prometheus.windows-at-once=1000",
                "--sidecar-sizer.collect.read-interval=500ms",
                "--sidecar-sizer.collect.write-interval=1s",
                "--sidecar-sizer.collect.writes-per-second=1000");
    }

    ControlPlane plane() {
        return installation.plane();
    }

    Installation installation() {
        return installation;
    }

    PodClient pods() {
        return pods;
    }

    /** Starts a replica where the API server calls the webhook. */
    Replica serve(List<String> settings) {
        InetSocketAddress address = installation.listen();
        return Replica.start(installation, address, settings.toArray(String[]::new));
    }

    Optional<Learned> profile(String namespace, String name) {
        return Optional.ofNullable(plane().admin()
                        .genericKubernetesResources(StoredProfile.API_VERSION, "SidecarProfile")
                        .inNamespace(namespace)
                        .withName(name)
                        .get())
                .map(Learned::new);
    }

    /** All profiles of a namespace. */
    List<GenericKubernetesResource> profiles(String namespace) {
        return all("SidecarProfile", namespace);
    }

    /** All histories of a namespace. */
    List<GenericKubernetesResource> histories(String namespace) {
        return all("SidecarHistory", namespace);
    }

    private List<GenericKubernetesResource> all(String kind, String namespace) {
        return plane().admin()
                .genericKubernetesResources(StoredProfile.API_VERSION, kind)
                .inNamespace(namespace)
                .list()
                .getItems();
    }

    @Override
    public void close() {
        close(running);
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

    /** A profile as it is stored. */
    record Learned(GenericKubernetesResource stored) {

        /** What is at {@code status.…}; empty text where there is nothing. */
        String status(String... path) {
            List<Object> whole = new ArrayList<>(List.of("status"));
            whole.addAll(List.of(path));
            return Objects.toString(stored.get(whole.toArray()), "");
        }

        long samples() {
            String samples = status("observed", "samples");
            return samples.isEmpty() ? 0 : Long.parseLong(samples);
        }

        boolean isReady() {
            List<Map<String, Object>> conditions =
                    Objects.requireNonNullElse(stored.get("status", "conditions"), List.of());
            return conditions.stream()
                    .anyMatch(one -> "Ready".equals(one.get("type")) && "True".equals(one.get("status")));
        }

        List<String> owners() {
            return stored.getMetadata().getOwnerReferences().stream()
                    .map(owner -> owner.getKind() + " " + owner.getUid())
                    .toList();
        }

        /** {@code request/limit}. */
        String recommendation() {
            return status("recommendation", "memoryRequest") + "/" + status("recommendation", "memoryLimit");
        }
    }
}
