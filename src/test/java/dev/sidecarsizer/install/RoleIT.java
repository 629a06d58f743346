package dev.sidecarsizer.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

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

    /** Read from the API server's audit log: what we did, and what the role lets us do, are the same. */
    @Test
    void allowsWhatIsDoneAndNoMore() throws IOException {
        webhook.plane().createNamespace("role-used", Map.of("sidecar-sizer.dev/mode", "audit"));
        installAutoscalerKind();
        try (Replica replica = Replica.start(webhook.installation(), InstalledWebhook.anyPort())) {
            webhook.pods()
                    .create("role-used", InjectedPod.REVIEWS.json("role-used"))
                    .orThrow();

            await().atMost(InstalledWebhook.PATIENCE)
                    .untilAsserted(() -> assertThat(done()).isEqualTo(allowed()));
            assertThat(replica.readiness(webhook.installation().tls())).isEqualTo(200);
        } finally {
            webhook.plane()
                    .admin()
                    .apiextensions()
                    .v1()
                    .customResourceDefinitions()
                    .withName("verticalpodautoscalers.autoscaling.k8s.io")
                    .delete();
        }
    }

    private void installAutoscalerKind() throws IOException {
        try (InputStream stored =
                Objects.requireNonNull(RoleIT.class.getResourceAsStream("/vertical-pod-autoscaler-crd.yaml"))) {
            webhook.plane().apply(new String(stored.readAllBytes(), StandardCharsets.UTF_8));
        }
        webhook.plane()
                .kubectl("", "wait", "--for", "condition=Established", "--timeout", "30s", "crd", "--all")
                .orThrow();
    }

    private Set<String> done() {
        Set<String> done = new TreeSet<>();
        webhook.plane()
                .auditLog()
                .lines()
                .filter(line -> line.contains(US))
                .map(JSON::readTree)
                .filter(event -> event.at("/user/username").asString("").equals(US))
                .filter(event -> event.has("objectRef"))
                .forEach(event -> done.add(event.path("verb").asString() + " " + resource(event.path("objectRef"))));
        return done;
    }

    private static String resource(JsonNode object) {
        String resource = object.path("resource").asString();
        String group = object.path("apiGroup").asString("");
        String subresource = object.path("subresource").asString("");
        return (group.isEmpty() ? "" : group + "/") + resource + (subresource.isEmpty() ? "" : "/" + subresource);
    }

    private Set<String> allowed() {
        Set<String> allowed = new TreeSet<>();
        for (PolicyRule rule : shipped) {
            for (String group : rule.getApiGroups()) {
                for (String resource : rule.getResources()) {
                    for (String verb : rule.getVerbs()) {
                        allowed.add(verb + " " + (group.isEmpty() ? "" : group + "/") + resource);
                    }
                }
            }
        }
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
