package dev.sidecarsizer.install;

import dev.sidecarsizer.cluster.ControlPlane;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** A Deployment and its ReplicaSet on a real API server, and its pods, whose controllers we are. */
final class RunningDeployment {

    private static final String HASH = "7d9f8b6c5";

    private final ControlPlane plane;
    private final PodClient client;
    private final Kubelet kubelet;
    private final String namespace;
    private final InjectedPod template;
    private final String uid;
    private final String replicaSet;

    private RunningDeployment(
            ControlPlane plane,
            PodClient client,
            String namespace,
            InjectedPod template,
            String uid,
            String replicaSet) {
        this.plane = plane;
        this.client = client;
        this.kubelet = new Kubelet(plane, namespace);
        this.namespace = namespace;
        this.template = template;
        this.uid = uid;
        this.replicaSet = replicaSet;
    }

    static RunningDeployment of(LearningCluster cluster, String namespace, InjectedPod template) {
        String spec =
                """
                spec:
                  selector: {matchLabels: {app: %1$s}}
                  template: {metadata: {labels: {app: %1$s}}, spec: {containers: [{name: app, image: app}]}}
                """
                        .formatted(template.workload());
        String uid = create(
                cluster.plane(),
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: %s, namespace: %s}
                """
                                .formatted(template.workload(), namespace)
                        + spec);
        String replicaSet = create(
                cluster.plane(),
                """
                apiVersion: apps/v1
                kind: ReplicaSet
                metadata:
                  name: %1$s-%2$s
                  namespace: %3$s
                  ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: %1$s, uid: %4$s, controller: true}]
                """
                                .formatted(template.workload(), HASH, namespace, uid)
                        + spec);
        return new RunningDeployment(cluster.plane(), cluster.pods(), namespace, template, uid, replicaSet);
    }

    private static String create(ControlPlane plane, String yaml) {
        List<?> created = plane.admin()
                .load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
                .create();
        return ((HasMetadata) created.getFirst()).getMetadata().getUid();
    }

    String uid() {
        return uid;
    }

    String replicaSetName() {
        return template.workload() + "-" + HASH;
    }

    /** A pod as the ReplicaSet would create it. */
    ObjectNode pod() {
        ObjectNode pod = template.json(namespace);
        ((ObjectNode) pod.at("/metadata/ownerReferences/0"))
                .put("uid", replicaSet)
                .put("name", replicaSetName());
        ((ObjectNode) pod.at("/metadata/labels")).put("pod-template-hash", HASH);
        return pod;
    }

    PodCreation create() {
        return client.create(namespace, pod()).orThrow();
    }

    /** Creates one and says that it runs; its name. */
    String run() {
        String name = create().name();
        runs(name);
        return name;
    }

    /** Creates one whose proxy was started long ago and never became ready; its name. */
    String runNeverReady() {
        String name = create().name();
        kubelet.neverReady(name);
        return name;
    }

    void runs(String name) {
        kubelet.runs(name);
    }

    /** The kernel killed its proxy. */
    void killed(String name, Instant at) {
        kubelet.killed(name, at);
    }

    /** Deletes it with all that is its own, as the garbage collector would, the profile too. */
    void delete() {
        var admin = plane.admin();
        admin.pods()
                .inNamespace(namespace)
                .withLabel("app", template.workload())
                .withGracePeriod(0)
                .delete();
        admin.apps()
                .replicaSets()
                .inNamespace(namespace)
                .withName(replicaSetName())
                .delete();
        admin.apps()
                .deployments()
                .inNamespace(namespace)
                .withName(template.workload())
                .delete();
        for (GenericKubernetesResource profile : admin.genericKubernetesResources(
                        StoredProfile.API_VERSION, "SidecarProfile")
                .inNamespace(namespace)
                .list()
                .getItems()) {
            if (profile.getMetadata().getOwnerReferences().stream()
                    .anyMatch(owner -> owner.getUid().equals(uid))) {
                admin.resource(profile).delete();
            }
        }
    }
}
