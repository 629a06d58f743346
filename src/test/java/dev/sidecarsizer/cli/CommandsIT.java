package dev.sidecarsizer.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sidecarsizer.advice.MeshSettings;
import dev.sidecarsizer.cluster.Command;
import dev.sidecarsizer.cluster.ControlPlane;
import dev.sidecarsizer.cluster.SharedControlPlane;
import dev.sidecarsizer.demo.DemoProfiles;
import dev.sidecarsizer.install.InjectedPod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The commands against a real API server, by kubeconfigs of somebody who may do all, and of somebody who may do little. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(SharedControlPlane.class)
class CommandsIT {

    private static final String SHOP = "commands-shop";

    private final ControlPlane plane;

    @TempDir
    private Path folder;

    CommandsIT(ControlPlane plane) {
        this.plane = plane;
    }

    @BeforeAll
    void furnish() {
        plane.applyKinds();
        plane.createNamespace(SHOP, Map.of("sidecar-sizer.dev/mode", "enforce"));
        String profiles = DemoProfiles.in(SHOP);
        plane.apply(profiles);
        plane.applyStatus(profiles);
        plane.apply(
                """
                apiVersion: v1
                kind: LimitRange
                metadata: {name: range, namespace: %1$s}
                spec: {limits: [{type: Container, min: {memory: 100Mi}}]}
                ---
                apiVersion: v1
                kind: ServiceAccount
                metadata: {name: viewer, namespace: %1$s}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: viewer, namespace: %1$s}
                rules: [{apiGroups: [sidecar-sizer.dev], resources: [sidecarprofiles], verbs: [list]}]
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: viewer, namespace: %1$s}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: viewer}
                subjects: [{kind: ServiceAccount, name: viewer, namespace: %1$s}]
                """
                        .formatted(SHOP));
        plane.kubectl(InjectedPod.REVIEWS.yaml(SHOP), "create", "--namespace", SHOP, "--filename", "-")
                .orThrow();
    }

    @Test
    void explainsAWorkloadByAPodOfItAndByAllThatHasASay() {
        assertThat(asAdmin("explain", SHOP + "/reviews").out())
                .startsWith(SHOP + "/Deployment/reviews: istio-proxy gets 100Mi/192Mi (WORKLOAD_PROFILE)\n")
                .contains("request/limit of " + SHOP + "/Pod/reviews-")
                .containsPattern("policy +" + SHOP + "/all +the namespace's own")
                .contains("LIMIT_RANGE", "96Mi/192Mi becomes 100Mi/192Mi", "steady: 14 days, 3 pods, peak 151Mi");
    }

    @Test
    void explainsAWorkloadOfWhichNoPodIsThere() {
        assertThat(asAdmin("explain", "-n", SHOP, "deployment/checkout").out())
                .startsWith(SHOP + "/Deployment/checkout: istio-proxy gets 768Mi/1200Mi (OOM_EVIDENCE)")
                .contains("no pod of it was looked at", "the kernel killed at 1Gi");
    }

    @Test
    void explainsAWorkloadThatHasAPodAndNoProfile() {
        plane.kubectl(InjectedPod.NEWCOMER.yaml(SHOP), "create", "--namespace", SHOP, "--filename", "-")
                .orThrow();

        assertThat(asAdmin("explain", SHOP + "/newcomer").out())
                .startsWith(SHOP + "/Deployment/newcomer: istio-proxy stays as it is (NO_PROFILE)");
    }

    @Test
    void reviewsWhatIsInTheClusterAsTheFolderOfItsObjects() throws IOException {
        Path pod = Files.writeString(folder.resolve("pod.yaml"), InjectedPod.CHECKOUT.yaml(SHOP));
        Path export = Files.createDirectories(folder.resolve("export"));
        Files.writeString(
                export.resolve("all.yaml"),
                plane.kubectl("", "get", "sprof,spol,limitranges,namespaces", "--all-namespaces", "--output", "yaml")
                        .orThrow()
                        .out());

        Said cluster = asAdmin("review", "-f", pod.toString(), "-n", SHOP, "-o", "json");

        assertThat(cluster.out()).contains("\"value\":\"1200Mi\"");
        assertThat(Said.by("review", "-f", pod.toString(), "-n", SHOP, "-o", "json", "--profiles", export.toString()))
                .isEqualTo(cluster);
    }

    @Test
    void countsTheMesh() {
        JsonNode shop = JsonMapper.shared()
                .readTree(asAdmin("status", "-n", SHOP, "-o", "json").out());

        assertThat(shop.path("workloads").asInt()).isEqualTo(4);
        assertThat(shop.at("/oomKills").asInt()).isEqualTo(2);
        assertThat(asAdmin("status", "-A").out()).contains("in all namespaces", "\n" + SHOP + " ");
        assertThat(asAdmin("status").out()).startsWith("No profiles in namespace default");
    }

    @Test
    void whoMayOnlySeeProfilesIsToldWhatHasNoSay() {
        Path viewer = plane.kubeconfigOf(SHOP, "viewer");

        Said said = by(viewer, "explain", SHOP + "/reviews", "--mode", "enforce");

        assertThat(said.out()).startsWith(SHOP + "/Deployment/reviews: istio-proxy gets 96Mi/192Mi (WORKLOAD_PROFILE)");
        assertThat(said.err())
                .contains("sidecar-sizer explain: limitranges of " + SHOP
                        + " must not be seen, and so have no say here\n")
                .contains("sidecarpolicies of " + SHOP);
    }

    @Test
    void whoMayNotSeeProfilesIsToldSoInOneLine() {
        Said said = by(plane.kubeconfigOf(SHOP, "default"), "status", "-n", SHOP);

        assertThat(said.code()).isEqualTo(1);
        assertThat(said.err().lines()).singleElement().asString().contains("refuses: ", "is forbidden", SHOP);
    }

    @Test
    void noClusterIsToldInOneLine() {
        Said said = by(Path.of("src/test/resources/kubeconfig-to-nowhere.yaml"), "status", "-A");

        assertThat(said.code()).isEqualTo(1);
        assertThat(said.err().lines())
                .singleElement()
                .asString()
                .contains("the cluster at https://127.0.0.1:1/ does not answer: ConnectException");
    }

    @Test
    void theInstallationsCapHasItsSay() {
        plane.createNamespace("capped-system", Map.of());
        plane.apply(
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: by-helm, namespace: capped-system, labels: {app.kubernetes.io/name: sidecar-sizer}}
                spec:
                  selector: {matchLabels: {app: a}}
                  template:
                    metadata: {labels: {app: a}}
                    spec: {containers: [{name: a, image: a, args: [--sidecar-sizer.mode-cap=audit]}]}
                """);

        assertThat(asAdmin("explain", SHOP + "/reviews").out())
                .startsWith(SHOP + "/Deployment/reviews: istio-proxy gets ");
        assertThat(asAdmin("explain", SHOP + "/reviews", "--system-namespace", "capped-system")
                        .out())
                .startsWith(SHOP + "/Deployment/reviews: istio-proxy would get ");
    }

    @Test
    void theMeshConfigTellsWhereResourcesHoldForAll() {
        List<String> told = new ArrayList<>();
        assertThat(InstalledIstio.settings(plane.admin(), told::add)).isEqualTo(MeshSettings.USUAL);
        assertThat(told).singleElement().asString().startsWith("no MeshConfig of Istio can be seen");
        plane.createNamespace("commands-istio", Map.of());
        plane.apply(
                """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: istio-canary, namespace: commands-istio, labels: {istio.io/rev: canary}}
                data: {mesh: "{rootNamespace: roots, extensionProviders: [{name: who, envoyExtAuthzHttp: {service: who.a.svc}}]}"}
                ---
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: istio-stable, namespace: commands-istio, labels: {istio.io/rev: stable}}
                data: {mesh: "{rootNamespace: roots, extensionProviders: [{name: logs, envoyOtelAls: {service: logs.b.svc}}]}"}
                """);

        assertThat(InstalledIstio.settings(plane.admin(), told::add))
                .isEqualTo(new MeshSettings("roots", false, Set.of("who.a.svc", "logs.b.svc")));
        assertThat(told).hasSize(1);
    }

    @Test
    void advisesAWorkloadThatLabelsNameByThePodsThatHaveThem() {
        plane.apply(
                """
                apiVersion: sidecar-sizer.dev/v1alpha1
                kind: SidecarPolicy
                metadata: {name: nightly, namespace: %1$s}
                spec: {selector: {matchLabels: {step: sum}}, groupBy: [flow, step]}
                ---
                apiVersion: v1
                kind: Pod
                metadata:
                  name: nightly-x7f2-sum
                  namespace: %1$s
                  labels: {app: nightly, flow: nightly, step: sum}
                  ownerReferences:
                  - {apiVersion: argoproj.io/v1alpha1, kind: Workflow, name: nightly-x7f2, controller: true, uid: a}
                spec: {containers: [{name: app, image: a}, {name: istio-proxy, image: a, args: [proxy, sidecar]}]}
                """
                        .formatted(SHOP));
        String profile =
                """
                apiVersion: sidecar-sizer.dev/v1alpha1
                kind: SidecarProfile
                metadata: {name: workflow-nightly, namespace: %1$s}
                spec: {workload: {apiVersion: argoproj.io/v1alpha1, kind: Workflow, name: nightly.sum}}
                status:
                  facts: {destinations: [ratings.shop.svc.cluster.local]}
                  findings: [{kind: UnusedConfiguration, size: 10Mi, confidence: Estimated, message: many, evidence: [],
                    since: "2026-11-20T10:00:00Z"}]
                """
                        .formatted(SHOP);
        plane.apply(profile);
        plane.applyStatus(profile);
        try {
            assertThat(asAdmin("advise", "-n", SHOP, "-o", "yaml").out())
                    .contains("kind: Sidecar\n", "app: nightly\n", "- shop/ratings.shop.svc.cluster.local\n");
        } finally {
            plane.kubectl(
                            "",
                            "delete",
                            "--namespace",
                            SHOP,
                            "pod/nightly-x7f2-sum",
                            "spol/nightly",
                            "sprof/workflow-nightly")
                    .orThrow();
        }
    }

    @Test
    void anAssumedPodHasTheLabelsOfItsTemplate() {
        plane.apply(
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: checkout, namespace: %1$s}
                spec:
                  selector: {matchLabels: {app: checkout}}
                  template: {metadata: {labels: {app: checkout, tier: money}}, spec: {containers: [{name: a, image: a}]}}
                ---
                apiVersion: sidecar-sizer.dev/v1alpha1
                kind: SidecarPolicy
                metadata: {name: money, namespace: %1$s}
                spec: {selector: {matchLabels: {tier: money}}, ceiling: 640Mi}
                """
                        .formatted(SHOP));
        try {
            assertThat(asAdmin("explain", SHOP + "/checkout").out())
                    .contains("no pod of it was looked at\n")
                    .containsPattern("policy +" + SHOP + "/money");
        } finally {
            plane.kubectl("", "delete", "--namespace", SHOP, "deployment/checkout", "spol/money")
                    .orThrow();
        }
    }

    @Test
    void theScriptMakesItselfACacheOnceAndDoesWithout(@TempDir Path home) throws IOException {
        String script = "deploy/kubectl/kubectl-sidecar_sizer status -A --profiles docs/examples/shop";
        Command.Outcome without = inHome(home, "sh", "-c", script);
        assertThat(home).as("no terminal, no cache").isEmptyDirectory();

        inHome(home, "script", "-qec", script, "/dev/null");
        await().atMost(Duration.ofMinutes(1)).until(() -> !aotCaches(home).isEmpty());
        Command.Outcome with = inHome(home, "sh", "-xc", "exec sh -x " + script);
        assertThat(with.out()).isEqualTo(without.out());
        assertThat(with.err()).contains("-XX:AOTCache=" + aotCaches(home).getFirst());

        Files.writeString(aotCaches(home).getFirst(), "no cache");
        assertThat(inHome(home, "sh", "-c", script)).isEqualTo(without);
        assertThat(aotCaches(home)).hasSize(1);
    }

    private static Command.Outcome inHome(Path home, String... command) {
        List<String> words = new ArrayList<>(
                List.of("env", "JAVA_HOME=" + System.getProperty("java.home"), "XDG_CACHE_HOME=" + home));
        words.addAll(List.of(command));
        return new Command(words).run().orThrow();
    }

    private static List<Path> aotCaches(Path home) throws IOException {
        try (Stream<Path> all = Files.walk(home)) {
            return all.filter(file -> file.endsWith("app.aot")).toList();
        }
    }

    @Test
    void theScriptIsACommandByItself() {
        List<String> script =
                List.of("deploy/kubectl/kubectl-sidecar_sizer", "status", "-A", "--profiles", "docs/examples/shop");

        // java on the PATH may be another than ours
        Command.Outcome outcome = new Command(
                        Stream.concat(Stream.of("env", "JAVA_HOME=" + System.getProperty("java.home")), script.stream())
                                .toList())
                .run();

        assertThat(outcome.orThrow().out()).startsWith("workloads").contains("shop ");
        assertThat(outcome.err()).isEmpty();
        assertThat(new Command(Stream.concat(
                                        Stream.of("env", "JAVA_HOME=" + System.getProperty("java.home")),
                                        Stream.of(script.getFirst(), "--version"))
                                .toList())
                        .run()
                        .orThrow()
                        .out())
                .matches("sidecar-sizer \\d+\\.\\d+.*\\R");
    }

    @Test
    void theScriptSaysWhatItLacks() throws IOException {
        Path old = folder.resolve("jdk-17");
        Files.createDirectories(old.resolve("bin"));
        Files.createFile(old.resolve("bin/java")).toFile().setExecutable(true);
        Files.writeString(old.resolve("release"), "IMPLEMENTOR=\"somebody\"\nJAVA_VERSION=\"17.0.9\"\n");

        assertThat(complaint("JAVA_HOME=" + old))
                .isEqualTo("sidecar-sizer: " + old
                        + "/bin/java is Java 17, and 25 is needed: name one in JAVA_HOME, or put it first on the PATH");
        assertThat(complaint("JAVA_HOME=" + System.getProperty("java.home"), "SIDECAR_SIZER_JAR=nowhere.jar"))
                .isEqualTo("sidecar-sizer: SIDECAR_SIZER_JAR names nowhere.jar, and there is no such file");
    }

    private static String complaint(String... environment) {
        List<String> words = new ArrayList<>(List.of("env"));
        words.addAll(List.of(environment));
        words.addAll(List.of("deploy/kubectl/kubectl-sidecar_sizer", "status"));
        Command.Outcome outcome = new Command(words).run();
        assertThat(outcome.exit()).isEqualTo(1);
        return outcome.err().strip();
    }

    private Said asAdmin(String... arguments) {
        return by(plane.kubeconfig(), arguments);
    }

    private static Said by(Path kubeconfig, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--kubeconfig", kubeconfig.toString()));
        return Said.by(all.toArray(String[]::new));
    }
}
