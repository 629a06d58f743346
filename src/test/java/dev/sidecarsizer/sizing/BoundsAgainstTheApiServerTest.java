package dev.sidecarsizer.sizing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.Pods;
import dev.sidecarsizer.mesh.ProxyContainer;
import dev.sidecarsizer.sizing.Surroundings.MemoryRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Random pods in random namespaces, the same every time: what the API server took before, it takes after. */
class BoundsAgainstTheApiServerTest {

    private static final int PODS = 20_000;
    private static final long SEED = 20_261_124;
    private static final List<Integer> AMOUNTS = List.of(0, 16, 32, 64, 96, 100, 128, 192, 256, 300, 512, 768, 1024);

    private final Random random = new Random(SEED);

    @Test
    void neverMakeAPodThatIsRefused() {
        int fitted = 0;
        int bent = 0;
        for (int i = 0; i < PODS; i++) {
            Pod pod = pod();
            Surroundings surroundings = surroundings();
            if (ApiServer.refusal(pod.tree(), surroundings).isPresent()
                    || ApiServer.qos(pod.tree()).equals("BestEffort")) {
                continue;
            }
            Bytes limit = Bytes.mebi(Math.max(16, amount()));
            Bytes request = Bytes.mebi(amount()).atMost(limit);
            ProxyContainer proxy = Pods.proxy(pod);
            Optional<Bounds.Fit> fit = new Bounds(pod, proxy, proxy.memory(), surroundings)
                    .fit(request, limit, Bytes.mebi(16), Trail.NONE);
            if (fit.isPresent()) {
                fitted++;
                bent += fit.get().bounds().isEmpty() ? 0 : 1;
                isTaken(pod, surroundings, request, limit, fit.get());
            }
        }
        assertThat(fitted).isGreaterThan(PODS / 10);
        assertThat(bent).isGreaterThan(PODS / 50);
    }

    private static void isTaken(Pod pod, Surroundings surroundings, Bytes request, Bytes limit, Bounds.Fit fit) {
        JsonNode after = after(pod, fit);
        String circumstances = pod.tree() + " under " + surroundings + " as " + fit;
        assertThat(ApiServer.refusal(after, surroundings)).as(circumstances).isEmpty();
        assertThat(ApiServer.qos(after)).as(circumstances).isEqualTo(ApiServer.qos(pod.tree()));
        assertThat(fit.bounds().isEmpty())
                .as(circumstances)
                .isEqualTo(fit.request().equals(request) && fit.limit().equals(limit));
        if (surroundings.memoryQuota()) {
            Memory before = Pods.proxy(pod).memory();
            // what a container did not say before, a quota did not count
            boolean requestsRise = before.request() != null && rises(pod, after, "requests");
            boolean limitsRise = before.limit() != null && rises(pod, after, "limits");
            assertThat(requestsRise || limitsRise).as(circumstances).isFalse();
        }
    }

    private static boolean rises(Pod pod, JsonNode after, String which) {
        return Objects.requireNonNull(ApiServer.total(after, which))
                        .compareTo(Objects.requireNonNull(ApiServer.total(pod.tree(), which)))
                > 0;
    }

    private static JsonNode after(Pod pod, Bounds.Fit fit) {
        JsonNode after = pod.tree().deepCopy();
        ObjectNode resources =
                (ObjectNode) after.at(Pods.proxy(pod).container().pointer()).path("resources");
        resources.withObject("requests").put("memory", fit.request().toString());
        resources.withObject("limits").put("memory", fit.limit().toString());
        return after;
    }

    private Pod pod() {
        List<String> init = new ArrayList<>();
        List<String> running = new ArrayList<>();
        IntStream.range(0, random.nextInt(3))
                .forEach(i -> init.add("{name: init-" + i + ", resources: " + resources() + "}"));
        IntStream.range(0, 1 + random.nextInt(2))
                .forEach(i -> running.add("{name: app-" + i + ", resources: " + resources() + "}"));
        String proxy = "name: istio-proxy, args: [proxy, sidecar], resources: " + resources();
        if (random.nextBoolean()) {
            init.add(random.nextInt(init.size() + 1), "{restartPolicy: Always, " + proxy + "}");
        } else {
            running.add(random.nextInt(running.size() + 1), "{" + proxy + "}");
        }
        String podLevel = random.nextInt(4) == 0 ? ", resources: " + resources() : "";
        return Pods.of("{metadata: {}, spec: {initContainers: " + init + ", containers: " + running + podLevel + "}}");
    }

    /** Often with a limit that is the request too, so that there are Guaranteed pods. */
    private String resources() {
        String cpu = random.nextBoolean() ? "cpu: 1, " : "";
        int limit = amount();
        int request = Math.min(limit, amount());
        return switch (random.nextInt(5)) {
            case 0 -> "{}";
            case 1 -> "{requests: {memory: %dMi}}".formatted(request);
            case 2 -> "{requests: {%smemory: %dMi}, limits: {%smemory: %dMi}}".formatted(cpu, request, cpu, limit);
            default -> "{requests: {cpu: 1, memory: %dMi}, limits: {cpu: 1, memory: %dMi}}".formatted(limit, limit);
        };
    }

    private Surroundings surroundings() {
        List<MemoryRange> ranges = IntStream.range(0, random.nextInt(3))
                .mapToObj(i -> new MemoryRange(
                        random.nextBoolean(),
                        random.nextBoolean() ? Bytes.mebi(amount() / 4) : null,
                        random.nextBoolean() ? Bytes.mebi(2L * amount() + 64) : null,
                        ratio()))
                .toList();
        return new Surroundings(ranges, random.nextInt(3) == 0, false, false);
    }

    private @Nullable Double ratio() {
        return random.nextInt(3) == 0 ? 1 + random.nextInt(8) / 2.0 : null;
    }

    private int amount() {
        return AMOUNTS.get(random.nextInt(AMOUNTS.size()));
    }
}
