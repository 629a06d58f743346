package dev.sidecarsizer.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sidecarsizer.cluster.ControlPlane;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Finding;
import dev.sidecarsizer.profile.Guarded;
import dev.sidecarsizer.profile.Learnt;
import dev.sidecarsizer.profile.ProxyFacts;
import dev.sidecarsizer.profile.Running;
import dev.sidecarsizer.profile.Subject;
import dev.sidecarsizer.profile.Subject.OfWorkload;
import dev.sidecarsizer.profile.history.History;
import dev.sidecarsizer.profile.history.PodWindow;
import dev.sidecarsizer.store.KubernetesStore;
import dev.sidecarsizer.store.Onlooker;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The shipped role is enough, and all of it is needed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(SharedInstallation.class)
class RoleIT {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String US = "system:serviceaccount:sidecar-sizer-system:sidecar-sizer";

    private final InstalledWebhook webhook;
    private final Resource<ClusterRole> role;
    private final List<PolicyRule> shipped;

    RoleIT(InstalledWebhook webhook) {
        this.webhook = webhook;
        role = webhook.plane().admin().rbac().clusterRoles().withName(Installation.NAME);
        shipped = role.require().getRules();
    }

    @AfterEach
    void putBack() {
        allow(shipped);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "namespaces",
                "limitranges",
                "resourcequotas",
                "horizontalpodautoscalers",
                "sidecarpolicies",
                "sidecarprofiles"
            })
    void withoutTheRightToSeeThemAReplicaIsNotReady(String resource) {
        allow(without(resource));
        try (Replica replica = Replica.startUnready(
                webhook.installation(), webhook.installation().kubeconfig(), InstalledWebhook.anyPort())) {
            Pause.until(
                    "the refusal is counted",
                    InstalledWebhook.PATIENCE,
                    () -> Metrics.sum(replica, "sidecar_sizer_cache_failures_total", "kind=\"" + resource + "\"") > 0);
            assertThat(replica.readiness(webhook.installation().tls())).isEqualTo(503);

            allow(shipped);

            Pause.until(
                    "it is ready",
                    InstalledWebhook.PATIENCE,
                    () -> replica.readiness(webhook.installation().tls()) == 200);
        }
    }

    @Test
    void withoutTheRightToSeeTheBrakeAReplicaIsNotReady() {
        Resource<Role> own = webhook.plane()
                .admin()
                .rbac()
                .roles()
                .inNamespace(Installation.NAMESPACE)
                .withName(Installation.NAME);
        List<PolicyRule> rules = own.require().getRules();
        allow(
                own,
                rules.stream()
                        .filter(rule -> !rule.getResources().contains("configmaps"))
                        .toList());
        try (Replica replica = Replica.startUnready(
                webhook.installation(), webhook.installation().kubeconfig(), InstalledWebhook.anyPort())) {
            Pause.until(
                    "the refusal is counted",
                    InstalledWebhook.PATIENCE,
                    () -> Metrics.sum(replica, "sidecar_sizer_cache_failures_total", "kind=\"configmaps\"") > 0);
            assertThat(replica.readiness(webhook.installation().tls())).isEqualTo(503);

            allow(own, rules);

            Pause.until(
                    "it is ready",
                    InstalledWebhook.PATIENCE,
                    () -> replica.readiness(webhook.installation().tls()) == 200);
        } finally {
            allow(own, rules);
        }
    }

    private static void allow(Resource<Role> role, List<PolicyRule> rules) {
        role.edit(current -> {
            current.setRules(rules);
            return current;
        });
    }

    @Test
    void withoutTheRightToWriteTheStatusDecisionsAreKeptUntilItIsThere() {
        webhook.plane().createNamespace("role-status", Map.of("sidecar-sizer.dev/mode", "audit"));
        StoredProfile.put(webhook.plane(), "role-status", new StoredProfile("Deployment/reviews", "96Mi", "192Mi"));
        allow(without("sidecarprofiles/status"));
        double before = failures();

        webhook.pods()
                .create("role-status", InjectedPod.REVIEWS.json("role-status"))
                .orThrow();

        Pause.until("the refusal is counted", InstalledWebhook.PATIENCE, () -> failures() > before);
        assertThat(StoredProfile.decisions(webhook.plane(), "role-status", "deployment-reviews"))
                .isEmpty();

        allow(shipped);

        Pause.until("it is written", InstalledWebhook.PATIENCE, () -> count("role-status") == 1);
    }

    @Test
    void withoutTheRightToMakeAProfileDecisionsAreKeptUntilItIsThere() {
        webhook.plane().createNamespace("role-create", Map.of("sidecar-sizer.dev/mode", "audit"));
        allow(withoutVerb("sidecarprofiles", "create"));
        double before = failures();

        webhook.pods()
                .create("role-create", InjectedPod.REVIEWS.json("role-create"))
                .orThrow();

        Pause.until("the refusal is counted", InstalledWebhook.PATIENCE, () -> failures() > before);

        allow(shipped);

        Pause.until("it is written", InstalledWebhook.PATIENCE, () -> count("role-create") == 1);
    }

    /**
     * Read from the API server's audit log: what we did, and what the role lets us do, are the same. An Event is told
     * once more, by a patch, ten minutes after the first time: {@code HistoriesIT} has a clock for that, this test has
     * not the time. The breaker's word is written in {@code BreakerIT}, by these rights.
     */
    @Test
    void allowsWhatIsDoneAndNoMore() throws IOException {
        try (LearningCluster cluster = LearningCluster.start("role-used")) {
            cluster.plane().createNamespace("role-audited", Map.of("sidecar-sizer.dev/mode", "audit"));
            installAutoscalerKind(cluster.plane());
            keepSomethingThatIsToBeForgotten(cluster.plane());
            try (Replica replica = cluster.serve(List.of(
                    "--sidecar-sizer.audit.write-interval=100ms", "--sidecar-sizer.collect.direct.interval=5s"))) {
                cluster.pods()
                        .create("role-audited", InjectedPod.NEWCOMER.json("role-audited"))
                        .orThrow();
                killOneOfEachController(cluster);

                await().atMost(InstalledWebhook.PATIENCE).untilAsserted(() -> {
                    Set<String> done = done(cluster.plane());
                    done.add("patch events");
                    done.addAll(List.of("create configmaps", "patch configmaps"));
                    assertThat(done).isEqualTo(allowed(cluster.plane()));
                });
                assertThat(replica.readiness(cluster.installation().tls())).isEqualTo(200);
            }
        }
    }

    /** A history that nothing was added to for longer than any is kept. */
    private static void keepSomethingThatIsToBeForgotten(ControlPlane plane) {
        Instant longAgo = Instant.now().minus(Duration.ofDays(60)).truncatedTo(ChronoUnit.HOURS);
        History history = new History();
        Bytes used = Bytes.mebi(60);
        history.add(
                longAgo,
                List.of(new PodWindow(new PodName("role-used", "gone"), longAgo, Duration.ofHours(1), used, used, 60)),
                60);
        Subject gone = OfWorkload.whole(new WorkloadKey("role-used", "apps", "Deployment", "gone"));
        try (KubernetesStore store = new KubernetesStore(plane.admin(), Installation.NAMESPACE, Onlooker.NONE, null)) {
            store.histories()
                    .write(new Learnt(
                            gone,
                            null,
                            history.encode(),
                            null,
                            history.measured(null).orElse(null),
                            ProxyFacts.UNKNOWN,
                            List.of(),
                            Running.NONE,
                            Guarded.NOT_YET,
                            List.of(),
                            Finding.All.NONE));
        }
    }

    /** Of each kind that hides the workload behind it; only the Deployment's ReplicaSet is there. */
    private static void killOneOfEachController(LearningCluster cluster) {
        RunningDeployment reviews = RunningDeployment.of(cluster, "role-used", InjectedPod.REVIEWS);
        reviews.killed(reviews.run(), Instant.now().truncatedTo(ChronoUnit.SECONDS));
        for (String kind : List.of("batch/v1 Job", "v1 ReplicationController")) {
            ObjectNode pod = reviews.pod();
            ((ObjectNode) pod.at("/metadata/ownerReferences/0"))
                    .put("apiVersion", kind.substring(0, kind.indexOf(' ')))
                    .put("kind", kind.substring(kind.indexOf(' ') + 1))
                    .put("uid", UUID.randomUUID().toString());
            String name = cluster.pods().create("role-used", pod).orThrow().name();
            reviews.killed(name, Instant.now().truncatedTo(ChronoUnit.SECONDS));
        }
    }

    private static void installAutoscalerKind(ControlPlane plane) throws IOException {
        try (InputStream stored =
                Objects.requireNonNull(RoleIT.class.getResourceAsStream("/vertical-pod-autoscaler-crd.yaml"))) {
            plane.apply(new String(stored.readAllBytes(), StandardCharsets.UTF_8));
        }
        plane.kubectl("", "wait", "--for", "condition=Established", "--timeout", "30s", "crd", "--all")
                .orThrow();
    }

    private static Set<String> done(ControlPlane plane) {
        Set<String> done = new TreeSet<>();
        plane.auditLog()
                .lines()
                .filter(line -> line.contains(US))
                .map(JSON::readTree)
                .filter(event -> event.at("/user/username").asString("").equals(US))
                .filter(event -> event.has("objectRef"))
                .forEach(event -> {
                    String resource = resource(event.path("objectRef"));
                    done.add(event.path("verb").asString() + " " + resource);
                    if (isCreationByPatch(event)) {
                        done.add("create " + resource);
                    }
                });
        return done;
    }

    /** Server-side apply of what is not there yet: it is a patch, and needs the right to create too. */
    private static boolean isCreationByPatch(JsonNode event) {
        return event.path("verb").asString("").equals("patch")
                && event.at("/responseStatus/code").asInt(0) == HttpURLConnection.HTTP_CREATED;
    }

    private static String resource(JsonNode object) {
        String resource = object.path("resource").asString();
        String group = object.path("apiGroup").asString("");
        String subresource = object.path("subresource").asString("");
        return (group.isEmpty() ? "" : group + "/") + resource + (subresource.isEmpty() ? "" : "/" + subresource);
    }

    /** In the whole cluster, and in our own namespace. */
    private static Set<String> allowed(ControlPlane plane) {
        var rbac = plane.admin().rbac();
        Set<String> allowed = new TreeSet<>();
        Stream.concat(
                        rbac.clusterRoles().withName(Installation.NAME).require().getRules().stream(),
                        rbac
                                .roles()
                                .inNamespace(Installation.NAMESPACE)
                                .withName(Installation.NAME)
                                .require()
                                .getRules()
                                .stream())
                .forEach(rule -> {
                    for (String group : rule.getApiGroups()) {
                        for (String resource : rule.getResources()) {
                            for (String verb : rule.getVerbs()) {
                                allowed.add(verb + " " + (group.isEmpty() ? "" : group + "/") + resource);
                            }
                        }
                    }
                });
        return allowed;
    }

    private List<PolicyRule> without(String resource) {
        return changed(any -> true, rule -> {
            rule.getResources().remove(resource);
            return !rule.getResources().isEmpty();
        });
    }

    private List<PolicyRule> withoutVerb(String resource, String verb) {
        return changed(rule -> rule.getResources().contains(resource), rule -> rule.getVerbs()
                .remove(verb));
    }

    /** Copies of the shipped rules, some of them changed; those that then allow nothing left out. */
    private List<PolicyRule> changed(Predicate<PolicyRule> which, Predicate<PolicyRule> change) {
        List<PolicyRule> rules = new ArrayList<>();
        for (PolicyRule rule : shipped) {
            PolicyRule copy = new PolicyRuleBuilder(rule).build();
            if (!which.test(copy) || change.test(copy)) {
                rules.add(copy);
            }
        }
        return rules;
    }

    private void allow(List<PolicyRule> rules) {
        role.edit(current -> {
            current.setRules(rules);
            return current;
        });
    }

    private double failures() {
        return webhook.replicas().stream()
                .mapToDouble(
                        replica -> Metrics.sum(replica, "sidecar_sizer_journal_writes_total", "outcome=\"failed\""))
                .sum();
    }

    private int count(String namespace) {
        return StoredProfile.decisions(webhook.plane(), namespace, "deployment-reviews").stream()
                .mapToInt(tally -> tally.get("count") instanceof Number number ? number.intValue() : 0)
                .sum();
    }
}
