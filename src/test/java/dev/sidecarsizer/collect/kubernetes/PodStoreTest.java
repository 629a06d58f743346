package dev.sidecarsizer.collect.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.collect.LivePod;
import dev.sidecarsizer.collect.LivePod.OomKill;
import dev.sidecarsizer.collect.Pods.Known;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class PodStoreTest {

    private static final Logger LOG = LoggerFactory.getLogger(PodStoreTest.class);
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Instant START = Instant.parse("2026-11-20T10:00:00Z");

    private final List<OomKill> kills = new ArrayList<>();
    private final Watched watched = new Watched();
    private final PodStore store = new PodStore(
            new PodReader(this::groupBy, pod -> false, InstantSource.fixed(START)),
            new GonePods(Duration.ofHours(2), InstantSource.fixed(START)),
            watched::malformed,
            (pod, kill) -> kills.add(kill));

    @Test
    void tellsEachKillOnceHoweverOftenItIsSeen() throws IOException {
        ObjectNode pod = injected("shop", "reviews", 1);
        put(pod);
        killed(pod, "state", START);
        put(pod);
        put(pod);
        killed(pod, "lastState", START);
        killed(pod, "state", START.plusSeconds(20));
        put(pod);
        killed(pod, "lastState", START.plusSeconds(20));
        put(pod);

        assertThat(kills).extracting(OomKill::at).containsExactly(START, START.plusSeconds(20));
    }

    @Test
    void aPodOfTheSameNameIsAnother() throws IOException {
        ObjectNode pod = injected("shop", "reviews", 1);
        killed(pod, "state", START);
        put(pod);
        ((ObjectNode) pod.path("metadata")).put("uid", "another");
        put(pod);

        assertThat(kills).hasSize(2);
    }

    @Test
    void holdsNothingOfAPodWithoutASidecarButItsName() throws IOException {
        ObjectNode pod = injected("shop", "reviews", 1);
        ((ArrayNode) pod.path("spec").path("initContainers")).removeAll();
        put(pod);

        assertThat(store.live()).isEmpty();
        assertThat(store.keySet()).containsExactly("shop/reviews-1");
    }

    @Test
    void aPodThatIsGoneIsFoundAsItWasLast() throws IOException {
        ObjectNode pod = injected("shop", "reviews", 1);
        put(pod);
        LivePod lived = ours("shop/reviews-1").pod();
        assertThat(ours("shop/reviews-1").lives()).isTrue();

        store.remove("shop/reviews-1");

        assertThat(store.find("shop/reviews-1")).isEqualTo(new Known.Ours(lived, false));
        assertThat(store.live()).isEmpty();
        assertThat(store.keySet()).isEmpty();
        assertThat(store.find("shop/reviews-2")).isEqualTo(new Known.Unknown());
    }

    @Test
    void aPodMadeAgainUnderItsNameIsFoundInThePlaceOfTheOneBefore() throws IOException {
        ObjectNode pod = injected("shop", "cart", 0);
        put(pod);
        store.remove("shop/cart-0");
        ((ObjectNode) pod.path("metadata")).put("uid", "another");
        put(pod);

        assertThat(ours("shop/cart-0").lives()).isTrue();
        assertThat(ours("shop/cart-0").pod().uid()).isEqualTo("another");

        store.remove("shop/cart-0");
        assertThat(ours("shop/cart-0").pod().uid()).isEqualTo("another");
    }

    /** Else what a gateway used would be learnt once it is gone: its proxy has the same name. */
    @Test
    void aGatewayIsNotOursAlsoWhenItIsGone() throws IOException {
        ObjectNode pod = injected("shop", "gateway", 1);
        ((ObjectNode) pod.at("/spec/initContainers/1"))
                .putArray("args")
                .add("proxy")
                .add("router");
        put(pod);
        assertThat(store.find("shop/gateway-1")).isEqualTo(new Known.NotOurs());

        store.remove("shop/gateway-1");

        assertThat(store.find("shop/gateway-1")).isEqualTo(new Known.NotOurs());
    }

    @Test
    void remembersNoPodWithoutAProxyAndNoneThatItNeverSaw() throws IOException {
        ObjectNode pod = injected("shop", "reviews", 1);
        ((ArrayNode) pod.path("spec").path("initContainers")).removeAll();
        put(pod);
        assertThat(store.find("shop/reviews-1")).isEqualTo(new Known.NotOurs());

        store.remove("shop/reviews-1");
        store.remove("shop/reviews-2");

        assertThat(store.find("shop/reviews-1")).isEqualTo(new Known.Unknown());
        assertThat(store.find("shop/reviews-2")).isEqualTo(new Known.Unknown());
    }

    @Test
    void aPodThatCannotBeUnderstoodIsCountedAndForgottenAsFarAsItWasKnown() throws IOException {
        ObjectNode pod = injected("shop", "reviews", 1);
        put(pod);
        assertThat(store.live()).hasSize(1);
        ((ObjectNode) pod.at("/spec/initContainers/1/resources/limits")).put("memory", "lots");
        put(pod);

        assertThat(store.live()).isEmpty();
        assertThat(watched.notUnderstood()).isEqualTo(1);
    }

    /** An exception would end the watch of all pods, and again each time that it begins. */
    @Test
    void aFaultOfOursCostsOnePodAndIsCounted() throws IOException {
        put(injected("faulty", "reviews", 1));
        put(injected("shop", "reviews", 1));

        assertThat(store.live()).extracting(pod -> pod.name().namespace()).containsExactly("shop");
        assertThat(watched.notUnderstood()).isEqualTo(1);
    }

    /** 10,000 pods come, change and go: what is left is what lives, and each kill was told. */
    @Test
    void keepsUpWithTenThousandPodsThatComeAndGo() throws IOException {
        Random random = new Random(42);
        ObjectNode[] pods = new ObjectNode[10_000];
        int killed = 0;
        for (int i = 0; i < pods.length; i++) {
            pods[i] = injected("shop-" + i % 50, "reviews-" + i % 500, i);
            put(pods[i]);
        }
        Instant start = Instant.now();
        int events = 10_000;
        for (int i = 0; i < events; i++) {
            int which = random.nextInt(pods.length);
            ObjectNode pod = pods[which];
            if (random.nextInt(4) == 0) {
                store.remove(key(pod));
                pods[which] = injected("shop-" + which % 50, "reviews-" + which % 500, pods.length + i);
            } else {
                killed(pod, "state", START.plusSeconds(i));
                killed++;
            }
            put(pods[which]);
        }
        LOG.warn(
                "an event of a pod with a sidecar took {} µs",
                Duration.between(start, Instant.now()).toNanos() / events / 1000);

        assertThat(store.live()).hasSize(pods.length);
        assertThat(store.size()).isEqualTo(pods.length);
        assertThat(kills).hasSize(killed);
    }

    /** The leader may have 128 MiB of heap, and serves with it. */
    @Test
    void holdsPodsInLittleMemory() throws IOException {
        int pods = 10_000;
        long before = used();
        for (int i = 0; i < pods; i++) {
            put(injected("team-" + i % 300, "service-" + i % 3_000, i));
        }
        long bytes = used() - before;
        LOG.warn("a pod takes {} bytes: 30,000 take {} MiB", bytes / pods, (bytes * 3) >> 20);

        assertThat(store.live()).hasSize(pods);
        assertThat(bytes).isLessThan(pods * 1024L);
    }

    private List<String> groupBy(String namespace, Map<String, String> labels) {
        if (namespace.equals("faulty")) {
            throw new IllegalStateException("a fault of ours");
        }
        return List.of();
    }

    private void put(ObjectNode pod) {
        GenericKubernetesResource object = JSON.treeToValue(pod, GenericKubernetesResource.class);
        store.put(store.getKey(object), object);
    }

    private Known.Ours ours(String key) {
        return (Known.Ours) store.find(key);
    }

    private static String key(JsonNode pod) {
        return pod.at("/metadata/namespace").asString() + "/"
                + pod.at("/metadata/name").asString();
    }

    private static void killed(ObjectNode pod, String state, Instant at) {
        ObjectNode status = (ObjectNode) pod.at("/status/initContainerStatuses/0");
        status.putObject(state)
                .putObject("terminated")
                .put("reason", "OOMKilled")
                .put("exitCode", 137)
                .put("finishedAt", at.toString());
    }

    /** A real injected pod under another name. */
    private static ObjectNode injected(String namespace, String deployment, int number) throws IOException {
        ObjectNode pod = (ObjectNode) JSON.readTree(TEMPLATE);
        ObjectNode metadata = (ObjectNode) pod.path("metadata");
        metadata.put("namespace", namespace);
        metadata.put("name", deployment + "-" + number);
        metadata.put("uid", "%08x-0000-4000-8000-%012x".formatted(number, number));
        metadata.put("resourceVersion", String.valueOf(1_000_000 + number));
        ((ObjectNode) metadata.path("labels")).put("app", deployment);
        ArrayNode statuses = pod.putObject("status").put("podIP", "10.1.2.3").putArray("initContainerStatuses");
        statuses.addObject().put("name", "istio-proxy").putObject("state").putObject("running");
        return pod;
    }

    private static long used() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static final byte[] TEMPLATE = template();

    private static byte[] template() {
        try (var stored = LivePod.class.getResourceAsStream("/warm-up-review.json")) {
            JsonNode review = JSON.readTree(stored);
            return review.at("/request/object").toString().getBytes(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
