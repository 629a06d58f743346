package dev.sidecarsizer.istio;

import static java.util.Objects.requireNonNull;

import dev.sidecarsizer.cluster.ControlPlane;
import dev.sidecarsizer.cluster.Kubernetes;
import dev.sidecarsizer.cluster.Progress;
import dev.sidecarsizer.install.Installation;
import dev.sidecarsizer.install.Pause;
import dev.sidecarsizer.install.Replica;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A control plane on which real istiod injects and sidecar-sizer, installed from {@code deploy/}, follows it. There is
 * one opted-in namespace, in which a profile of the Deployment {@code reviews} is Ready, and one that did not opt in.
 */
final class SizedMesh implements AutoCloseable {

    static final String NAMESPACE = "shop";

    /** Injected, but not ours, although the profile is there too. */
    static final String ISTIO_ALONE = "istio-alone";

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Installation installation;
    private final Istio istio;
    private final Map<ApplicationPod, Pod> byIstioAlone;
    private final Deque<AutoCloseable> running;

    private SizedMesh(
            Installation installation,
            Istio istio,
            Map<ApplicationPod, Pod> byIstioAlone,
            Deque<AutoCloseable> running) {
        this.installation = installation;
        this.istio = istio;
        this.byIstioAlone = byIstioAlone;
        this.running = running;
    }

    static SizedMesh start(Kubernetes version) {
        return start(version, plane -> () -> {});
    }

    /** Starts another mutator too, before sidecar-sizer, which looks for what is optional at its own start first. */
    static SizedMesh start(Kubernetes version, Function<ControlPlane, AutoCloseable> another) {
        Deque<AutoCloseable> running = new ArrayDeque<>();
        try {
            ControlPlane plane = ControlPlane.start(new ControlPlane.Wanted(version, false, Progress.onConsole()));
            running.push(plane);
            Istio istio = Istio.on(plane);
            running.push(istio);
            running.push(another.apply(plane));
            Map<ApplicationPod, Pod> byIstioAlone = injectByIstioAlone(plane);
            plane.createNamespace(NAMESPACE, Map.of("istio-injection", "enabled", "sidecar-sizer.dev/mode", "enforce"));
            Installation installation = Installation.on(plane);
            for (String namespace : List.of(NAMESPACE, ISTIO_ALONE)) {
                putProfile(plane, namespace, Duration.ofMinutes(5));
            }
            SizedMesh mesh = new SizedMesh(installation, istio, byIstioAlone, running);
            mesh.serve();
            return mesh;
        } catch (RuntimeException e) {
            close(running);
            throw e;
        }
    }

    ControlPlane plane() {
        return installation.plane();
    }

    Istio istio() {
        return istio;
    }

    /** What is known of {@code reviews} in that namespace. */
    static void putProfile(ControlPlane plane, String namespace, Duration idleTimeout) {
        String profile =
                """
                apiVersion: sidecar-sizer.dev/v1alpha1
                kind: SidecarProfile
                metadata: {name: deployment-reviews, namespace: %s}
                spec: {workload: {apiVersion: apps/v1, kind: Deployment, name: reviews}}
                status:
                  recommendation: {memoryRequest: 96Mi, memoryLimit: 192Mi, idleTimeout: %ds}
                  observed: {pods: 3, days: 14, samples: 48384, peak: 151Mi, live: 120Mi, oomKills: 0}
                  proxy: {rawTcp: false}
                  conditions: [{type: Ready, status: "True", reason: EnoughHistory, message: "", lastTransitionTime: "2026-11-20T10:00:00Z"}]
                """
                        .formatted(namespace, idleTimeout.toSeconds());
        plane.apply(profile);
        plane.applyStatus(profile);
    }

    /** The pod as it was stored before sidecar-sizer came. */
    Pod byIstioAlone(ApplicationPod kind) {
        return requireNonNull(byIstioAlone.get(kind));
    }

    /** Starts the replica, and waits until pods are sized. */
    Replica serve(String... settings) {
        Replica replica = Replica.start(installation, installation.listen(), settings);
        running.push(replica);
        Pause.until("a pod is sized", PATIENCE, () -> sizes(plane()));
        return replica;
    }

    /** Ends the replica. */
    void away() {
        close(running.pop());
    }

    /** Ends them, the last started first. */
    @Override
    public void close() {
        close(running);
    }

    private static Map<ApplicationPod, Pod> injectByIstioAlone(ControlPlane plane) {
        plane.createNamespace(ISTIO_ALONE, Map.of("istio-injection", "enabled"));
        Map<ApplicationPod, Pod> pods = new EnumMap<>(ApplicationPod.class);
        for (ApplicationPod kind : ApplicationPod.values()) {
            pods.put(kind, kind.createIn(ISTIO_ALONE, plane.admin()));
        }
        return pods;
    }

    /** The API server follows configurations of webhooks in its own time, and may have a safety net meanwhile. */
    private static boolean sizes(ControlPlane plane) {
        String pod = plane.kubectl(
                        ApplicationPod.NATIVE.yaml(),
                        "create",
                        "--namespace=" + NAMESPACE,
                        "--dry-run=server",
                        "--output=yaml",
                        "--filename=-")
                .out();
        return pod.contains("sidecar-sizer.dev/decision") && !pod.contains("SAFETY_NET");
    }

    private static void close(Deque<AutoCloseable> running) {
        while (!running.isEmpty()) {
            close(running.pop());
        }
    }

    private static void close(AutoCloseable one) {
        try {
            one.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
