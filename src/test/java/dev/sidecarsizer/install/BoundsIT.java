package dev.sidecarsizer.install;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Whatever the namespace bounds, the pod asks for and the profile says: what a real API server accepts without us, it
 * accepts with us.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(SharedInstallation.class)
class BoundsIT {

    private static final int CALLERS = 8;
    private static final JsonMapper JSON = JsonMapper.shared();

    /** Named by what they recommend. */
    private static final List<StoredProfile> PROFILES = Stream.of(
                    "16Mi 16Mi", "16Mi 1Ti", "96Mi 192Mi", "192Mi 192Mi", "1Ti 1Ti")
            .map(memory -> memory.split(" ", 2))
            .map(memory -> new StoredProfile(
                    "Deployment/" + (memory[0] + "-" + memory[1]).toLowerCase(Locale.ROOT), memory[0], memory[1]))
            .toList();

    private final InstalledWebhook webhook;

    BoundsIT(InstalledWebhook webhook) {
        this.webhook = webhook;
    }

    /** One pod, created with us and without. */
    private record Twins(
            BoundedNamespace namespace, ShapedPod shape, StoredProfile profile, PodCreation with, PodCreation without) {

        boolean sized() {
            return with.accepted()
                    && JSON.readTree(with.annotation("sidecar-sizer.dev/decision")
                                    .orElse("{}"))
                            .path("decision")
                            .asString("")
                            .equals("Resize");
        }

        String qos(PodCreation pod) {
            return pod.body().at("/status/qosClass").asString();
        }

        @Override
        public String toString() {
            return namespace + " " + shape + " " + profile.workload() + ": "
                    + with.body().path("message").asString(with.decision());
        }
    }

    @BeforeAll
    void namespaces() {
        List<BoundedNamespace> all = List.of(BoundedNamespace.values());
        all.forEach(one -> one.createOn(webhook.plane()));
        webhook.plane().apply(all.stream().map(BoundedNamespace::manifests).collect(Collectors.joining("---\n")));
        webhook.plane().applyStatus(all.stream().map(BoundedNamespace::status).collect(Collectors.joining()));
        StoredProfile.put(
                webhook.plane(), all.stream().map(BoundedNamespace::sized).toList(), PROFILES);
        for (Replica replica : webhook.replicas()) {
            webhook.instead(
                    replica.address(),
                    () -> Pause.until("all bounds are known", InstalledWebhook.PATIENCE, this::isLastKnown));
        }
    }

    private boolean isLastKnown() {
        PodCreation pod = webhook.pods().dryRun(BoundedNamespace.LAST.sized(), ShapedPod.NATIVE.of("1ti-1ti"));
        return pod.decision().contains("LIMIT_RANGE") && pod.decision().contains("QUOTA");
    }

    @Test
    void whatIsAcceptedWithoutUsIsAcceptedWithUs() throws ExecutionException, InterruptedException {
        List<Twins> all = createAll();

        assertThat(all.stream().filter(twins -> twins.without.accepted() && !twins.with.accepted()))
                .as("rejected because of us")
                .isEmpty();
        assertThat(all.stream()
                        .filter(Twins::sized)
                        .filter(twins -> twins.without.accepted())
                        .filter(twins -> !twins.qos(twins.with).equals(twins.qos(twins.without))))
                .as("of another QoS class because of us")
                .isEmpty();
        assertTheMatrixBites(all);
    }

    /** Nothing would be rejected either, if nothing were sized. */
    private static void assertTheMatrixBites(List<Twins> all) {
        Set<BoundedNamespace> namespaces = EnumSet.noneOf(BoundedNamespace.class);
        Set<ShapedPod> shapes = EnumSet.noneOf(ShapedPod.class);
        Set<String> bounds = new TreeSet<>();
        all.stream().filter(Twins::sized).forEach(twins -> {
            namespaces.add(twins.namespace);
            shapes.add(twins.shape);
            JSON.readTree(twins.with.decision())
                    .path("bounds")
                    .valueStream()
                    .map(JsonNode::asString)
                    .forEach(bounds::add);
        });
        assertThat(namespaces).containsExactly(BoundedNamespace.values());
        assertThat(EnumSet.complementOf(EnumSet.copyOf(shapes)))
                .as("stay as they came")
                .containsExactly(ShapedPod.OWNER_ASKS_FOR_NONSENSE);
        assertThat(bounds).contains("LIMIT_RANGE", "POD_LEVEL", "QUOTA", "QOS");
    }

    private List<Twins> createAll() throws ExecutionException, InterruptedException {
        List<Future<List<Twins>>> running = new ArrayList<>();
        try (ExecutorService callers = Executors.newFixedThreadPool(CALLERS)) {
            for (BoundedNamespace namespace : BoundedNamespace.values()) {
                for (ShapedPod shape : ShapedPod.values()) {
                    running.add(callers.submit(() -> create(namespace, shape)));
                }
            }
        }
        List<Twins> all = new ArrayList<>();
        for (Future<List<Twins>> some : running) {
            all.addAll(some.get());
        }
        return all;
    }

    private List<Twins> create(BoundedNamespace namespace, ShapedPod shape) {
        PodCreation without = webhook.pods().dryRun(namespace.notSized(), shape.of("any"));
        return PROFILES.stream()
                .map(profile -> new Twins(
                        namespace,
                        shape,
                        profile,
                        webhook.pods().dryRun(namespace.sized(), shape.of(profile.name())),
                        without))
                .toList();
    }
}
