package dev.sidecarsizer.install;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.cluster.ControlPlane.Wanted;
import dev.sidecarsizer.cluster.Kubernetes;
import dev.sidecarsizer.cluster.Progress;
import dev.sidecarsizer.cluster.PrometheusServer;
import dev.sidecarsizer.install.LearningCluster.Learned;
import io.fabric8.kubernetes.api.model.Pod;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Workloads as Kubernetes' own controllers move them: a rollout that hangs half way and is taken back, a CronJob whose runs
 * come and go, and a garbage collector. What they used is in a real Prometheus.
 */
@Tag("mesh")
class ControllersIT {

    private static final String SHOP = "controllers-shop";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int SMALL = 60;
    private static final int LARGE = 240;
    private static final String OTHER_IMAGE = "docker.io/istio/proxyv2:1.31.1";

    @TempDir
    private Path folder;

    @Test
    void aPodOfTheRevisionThatCameBackIsSizedByItsOwnPast() {
        try (LearningCluster cluster = LearningCluster.start(withControllers(), SHOP)) {
            List<Pod> before = rollOut(cluster, deployment("docker.io/istio/proxyv2:1.31.0"), 2);
            List<Pod> both = rollOut(cluster, deployment(OTHER_IMAGE), 4);
            List<Pod> after = both.stream()
                    .filter(pod -> before.stream().noneMatch(one -> nameOf(one).equals(nameOf(pod))))
                    .toList();
            PastUsage past = new PastUsage(SHOP);
            before.forEach(pod -> past.of(nameOf(pod), "ReplicaSet", ownerOf(pod), SMALL));
            after.forEach(pod -> past.of(nameOf(pod), "ReplicaSet", ownerOf(pod), LARGE));

            learning(cluster, past, () -> {
                Learned small = revision(cluster, hashOf(before.getFirst()));
                Learned large = revision(cluster, hashOf(after.getFirst()));
                assertThat(small.status("proxy", "image")).isEqualTo("docker.io/istio/proxyv2:1.31.0");
                assertThat(small.status("proxy", "version")).isEqualTo("1.31.0");
                assertThat(large.status("proxy", "image")).isEqualTo(OTHER_IMAGE);
                assertThat(replaced(cluster, after.getFirst())).isEqualTo(limitOf(large));

                cluster.plane()
                        .kubectl("", "rollout", "undo", "deployment/reviews", "--namespace", SHOP)
                        .orThrow();

                assertThat(replaced(cluster, before.getFirst())).isEqualTo(limitOf(small));
                assertThat(withAnotherImage(cluster, before.getLast()))
                        .as("measured on another proxy")
                        .contains("WORKLOAD_PROFILE");
                isCollectedWith(cluster, "deployment", "reviews");
            });
        }
    }

    @Test
    void theNextRunOfACronJobIsSizedByThePeaksOfThoseThatAreGone() {
        try (LearningCluster cluster = LearningCluster.start(withControllers(), SHOP)) {
            cluster.plane().apply(cronJob());
            PastUsage past = new PastUsage(SHOP);
            for (int run = 1; run <= 4; run++) {
                Pod pod = run(cluster, run);
                past.of(nameOf(pod), "Job", ownerOf(pod), SMALL + 20 * run);
                cluster.plane()
                        .kubectl("", "delete", "job", ownerOf(pod), "--namespace", SHOP)
                        .orThrow();
            }

            learning(cluster, past, () -> {
                Pause.until("the runs are learnt from", PATIENCE, () -> cluster.profile(SHOP, "cronjob-nightly-report")
                        .filter(Learned::isReady)
                        .isPresent());
                Learned profile =
                        cluster.profile(SHOP, "cronjob-nightly-report").orElseThrow();
                Pause.until("admission knows it", PATIENCE, () -> cluster.pods()
                        .dryRun(SHOP, InjectedPod.NIGHTLY_REPORT.json(SHOP))
                        .decision()
                        .contains("WORKLOAD_PROFILE"));

                Pod next = run(cluster, 5);

                assertThat(next.getMetadata().getAnnotations().get("sidecar-sizer.dev/decision"))
                        .contains("WORKLOAD_PROFILE")
                        .contains("cronjob-nightly-report@");
                assertThat(limitOf(next)).isEqualTo(limitOf(profile));
                Pause.until("it is owned by the CronJob", PATIENCE, () -> cluster.profile(
                                SHOP, "cronjob-nightly-report")
                        .filter(owned -> owned.owners().stream().anyMatch(owner -> owner.startsWith("CronJob ")))
                        .isPresent());
                isCollectedWith(cluster, "cronjob", "nightly-report");
            });
        }
    }

    private static Wanted withControllers() {
        return new Wanted(Kubernetes.DEFAULT, true, Progress.onConsole());
    }

    /** Applies it and waits for as many pods, all of which run then, and none of which is ready. */
    private static List<Pod> rollOut(LearningCluster cluster, String deployment, int pods) {
        cluster.plane().apply(deployment);
        Pause.until(pods + " pods", PATIENCE, () -> pods(cluster, "reviews").size() == pods);
        List<Pod> all = pods(cluster, "reviews");
        all.forEach(pod -> new Kubelet(cluster.plane(), SHOP).runs(nameOf(pod)));
        return all;
    }

    /** A run of the CronJob, named as its controller would. */
    private static Pod run(LearningCluster cluster, int number) {
        String job = "nightly-report-2940120" + number;
        cluster.plane()
                .kubectl("", "create", "job", job, "--from=cronjob/nightly-report", "--namespace", SHOP)
                .orThrow();
        Pause.until("the pod of " + job, PATIENCE, () -> podOf(cluster, job).isPresent());
        Pod pod = podOf(cluster, job).orElseThrow();
        new Kubelet(cluster.plane(), SHOP).runs(nameOf(pod));
        return pod;
    }

    private void learning(LearningCluster cluster, PastUsage past, Runnable then) {
        Path data = folder.resolve("prometheus");
        PrometheusServer.backfill(past.text(), data, Progress.onConsole());
        try (PrometheusServer prometheus = PrometheusServer.start("", data, Progress.onConsole());
                Replica replica = cluster.serve(LearningCluster.quickly(prometheus.url(), Duration.ofSeconds(10)))) {
            then.run();
            assertThat(Metrics.sum(replica, "sidecar_sizer_learning_terms_total", ""))
                    .isEqualTo(1);
        }
    }

    private static Learned revision(LearningCluster cluster, String hash) {
        Pause.until("a profile of revision " + hash, PATIENCE, () -> find(cluster, hash)
                .filter(Learned::isReady)
                .filter(profile ->
                        !profile.status("recommendation", "memoryLimit").isEmpty())
                .isPresent());
        return find(cluster, hash).orElseThrow();
    }

    private static Optional<Learned> find(LearningCluster cluster, String hash) {
        return cluster.profiles(SHOP).stream()
                .filter(profile -> hash.equals(profile.get("spec", "revision")))
                .map(Learned::new)
                .findFirst();
    }

    /** Deletes the pod; the limit of the one that its ReplicaSet makes instead. */
    private static String replaced(LearningCluster cluster, Pod pod) {
        List<String> known =
                pods(cluster, "reviews").stream().map(ControllersIT::nameOf).toList();
        cluster.plane().admin().resource(pod).delete();
        Pause.until("another pod of " + ownerOf(pod), PATIENCE, () -> successor(cluster, pod, known)
                .isPresent());
        Pod next = successor(cluster, pod, known).orElseThrow();
        assertThat(next.getMetadata().getAnnotations().get("sidecar-sizer.dev/decision"))
                .contains("REVISION_PROFILE")
                .contains(hashOf(pod));
        return limitOf(next);
    }

    private static Optional<Pod> successor(LearningCluster cluster, Pod pod, List<String> known) {
        return pods(cluster, "reviews").stream()
                .filter(one -> ownerOf(one).equals(ownerOf(pod)) && !known.contains(nameOf(one)))
                .findFirst();
    }

    /** The decision on a pod of this revision that has another proxy in it. */
    private static String withAnotherImage(LearningCluster cluster, Pod pod) {
        ObjectNode json = InjectedPod.REVIEWS.json(SHOP);
        ((ObjectNode) json.at("/metadata/labels")).put("pod-template-hash", hashOf(pod));
        ((ObjectNode) json.at("/metadata/ownerReferences/0")).put("name", ownerOf(pod));
        ((ObjectNode) json.at("/spec/initContainers/1")).put("image", "docker.io/istio/proxyv2:1.30.2");
        return cluster.pods().dryRun(SHOP, json).orThrow().decision();
    }

    private static void isCollectedWith(LearningCluster cluster, String kind, String name) {
        assertThat(cluster.profiles(SHOP)).isNotEmpty();
        cluster.plane().kubectl("", "delete", kind, name, "--namespace", SHOP).orThrow();
        Pause.until("no profile is left", PATIENCE, () -> cluster.profiles(SHOP).isEmpty());
    }

    private static List<Pod> pods(LearningCluster cluster, String app) {
        return cluster.plane()
                .admin()
                .pods()
                .inNamespace(SHOP)
                .withLabel("app", app)
                .list()
                .getItems();
    }

    private static Optional<Pod> podOf(LearningCluster cluster, String job) {
        return pods(cluster, "nightly-report").stream()
                .filter(pod -> ownerOf(pod).equals(job))
                .findFirst();
    }

    private static String nameOf(Pod pod) {
        return pod.getMetadata().getName();
    }

    private static String ownerOf(Pod pod) {
        return pod.getMetadata().getOwnerReferences().getFirst().getName();
    }

    private static String hashOf(Pod pod) {
        return Objects.requireNonNull(pod.getMetadata().getLabels().get("pod-template-hash"));
    }

    private static String limitOf(Learned profile) {
        return profile.status("recommendation", "memoryLimit");
    }

    private static String limitOf(Pod pod) {
        return pod.getSpec().getInitContainers().stream()
                .filter(container -> container.getName().equals("istio-proxy"))
                .map(container ->
                        String.valueOf(container.getResources().getLimits().get("memory")))
                .findFirst()
                .orElseThrow();
    }

    private static String deployment(String image) {
        ObjectNode pod = InjectedPod.REVIEWS.json(SHOP);
        ((ObjectNode) pod.at("/spec/initContainers/1")).put("image", image);
        ObjectNode deployment = JsonMapper.shared().createObjectNode();
        deployment.put("apiVersion", "apps/v1").put("kind", "Deployment");
        deployment.putObject("metadata").put("name", "reviews").put("namespace", SHOP);
        ObjectNode spec = deployment.putObject("spec").put("replicas", 2);
        spec.putObject("selector").putObject("matchLabels").put("app", "reviews");
        spec.putObject("strategy").putObject("rollingUpdate").put("maxSurge", 2).put("maxUnavailable", 0);
        spec.set("template", template(pod));
        return deployment.toString();
    }

    private static String cronJob() {
        ObjectNode cronJob = JsonMapper.shared().createObjectNode();
        cronJob.put("apiVersion", "batch/v1").put("kind", "CronJob");
        cronJob.putObject("metadata").put("name", "nightly-report").put("namespace", SHOP);
        ObjectNode spec = cronJob.putObject("spec").put("schedule", "0 3 * * *").put("suspend", true);
        ObjectNode template = template(InjectedPod.NIGHTLY_REPORT.json(SHOP));
        ((ObjectNode) template.path("spec")).put("restartPolicy", "Never");
        spec.putObject("jobTemplate").putObject("spec").set("template", template);
        return cronJob.toString();
    }

    /** What the pod was made from, its sidecar already in it. */
    private static ObjectNode template(ObjectNode pod) {
        ObjectNode template = JsonMapper.shared().createObjectNode();
        ObjectNode metadata = template.putObject("metadata");
        metadata.set("annotations", pod.at("/metadata/annotations"));
        ObjectNode labels = (ObjectNode) pod.at("/metadata/labels");
        labels.remove(List.of("pod-template-hash", "job-name", "batch.kubernetes.io/job-name"));
        metadata.set("labels", labels);
        template.set("spec", pod.path("spec"));
        return template;
    }
}
