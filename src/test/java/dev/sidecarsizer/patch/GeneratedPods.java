package dev.sidecarsizer.patch;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.Pods;
import dev.sidecarsizer.mesh.ProxyConfig;
import dev.sidecarsizer.mesh.Relief;
import dev.sidecarsizer.profile.MemoryProfile;
import dev.sidecarsizer.profile.MemoryProfile.Observed;
import dev.sidecarsizer.profile.MemoryProfile.Proxy;
import dev.sidecarsizer.profile.MemoryProfile.Recommendation;
import dev.sidecarsizer.profile.MemoryProfile.Standing;
import dev.sidecarsizer.profile.Profiles.Lineage;
import dev.sidecarsizer.profile.Verdict;
import dev.sidecarsizer.sizing.OwnerWord;
import dev.sidecarsizer.sizing.SizingPolicy;
import dev.sidecarsizer.sizing.Surroundings;
import dev.sidecarsizer.sizing.Surroundings.MemoryRange;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Random pods of random proxies, known and allowed whatever can be; the same every time. */
final class GeneratedPods {

    static final long SEED = 20_261_129;

    private static final int PODS = 8_000;

    private static final String PODINFO =
            "{name: istio-podinfo, downwardAPI: {items: [{path: labels, fieldRef: {fieldPath: metadata.labels}}]}}";
    private static final List<String> EARLIER_OVERRIDES = List.of("", "{}", "null", "{\"stats_config\":{}}");

    private static final List<String> PROXY_CONFIGS = List.of(
            "{}",
            "{\"concurrency\":2,\"connectionSettings\":{\"httpDrainTimeout\":\"10s\"}}",
            "{\"connectionSettings\":{\"httpStreamIdleTimeout\":\"60s\"}}",
            "{\"connectionSettings\":{\"profile\":\"EDGE\"}}",
            "{\"connection_settings\":{}}",
            "concurrency: 2");

    private final Random random = new Random(SEED);

    private GeneratedPods() {}

    static Stream<GeneratedPod> all() {
        return Stream.generate(new GeneratedPods()::next).limit(PODS);
    }

    private GeneratedPod next() {
        GeneratedImage image = GeneratedImage.next(random);
        Theirs theirs = one(8) ? Theirs.values()[random.nextInt(Theirs.values().length)] : Theirs.NOTHING;
        GeneratedPod fresh = in(pod(image, theirs), image, theirs);
        if (!one(4)) {
            return fresh;
        }
        Pod written = fresh.after(fresh.judge());
        if (written.tree().at("/metadata/annotations") instanceof ObjectNode annotations && one(2)) {
            annotations.put(Overload.ANNOTATION, pick(EARLIER_OVERRIDES));
        }
        if (one(3)) {
            hideLimit(written);
        }
        return in(written, image, theirs);
    }

    /** As it is where the proxy was an older one. */
    private static void hideLimit(Pod pod) {
        for (JsonNode volume : pod.tree().at("/spec/volumes")) {
            if (volume.at("/downwardAPI/items") instanceof ArrayNode items && items.size() > 1) {
                items.remove(1);
            }
        }
    }

    private GeneratedPod in(Pod pod, GeneratedImage image, Theirs theirs) {
        boolean known = !image.seen().equals(Proxy.UNKNOWN) || !one(8);
        return new GeneratedPod(
                pod,
                known ? new Lineage(null, profile(image.seen()), null, null) : Lineage.NONE,
                policy(),
                around(),
                image.release(),
                theirs != Theirs.NOTHING);
    }

    /** What of the owner's stands where something of ours would. */
    private enum Theirs {
        NOTHING,
        ANNOTATION,
        VARIABLE,
        BOOTSTRAP,
        VOLUME,
        MOUNT
    }

    private Pod pod(GeneratedImage image, Theirs theirs) {
        boolean nativeSidecar = one(2);
        String proxy = "{name: istio-proxy, args: [proxy, %s], image: %s, %senv: %s, volumeMounts: %s, resources: %s}"
                .formatted(
                        one(12) ? "router" : "sidecar",
                        image.image() == null ? "null" : "'" + image.image() + "'",
                        nativeSidecar ? "restartPolicy: Always, " : "",
                        variables(theirs),
                        mounts(theirs),
                        resources());
        String app = "{name: app, resources: " + resources() + "}";
        String containers = nativeSidecar
                ? "initContainers: [%s], containers: [%s]".formatted(proxy, app)
                : "containers: [%s, %s]".formatted(app, proxy);
        String podLevel = one(4) ? "resources: " + resources() + ", " : "";
        return Pods.of("{metadata: {annotations: %s}, spec: {%svolumes: %s, %s}}"
                .formatted(annotations(theirs), podLevel, volumes(theirs), containers));
    }

    private String annotations(Theirs theirs) {
        ObjectNode annotations = JsonMapper.shared().createObjectNode();
        if (one(4)) {
            annotations.put(OwnerWord.MEMORY_LIMIT, limit().toString());
        }
        if (one(6)) {
            annotations.put(OwnerWord.IDLE_TIMEOUT, one(2) ? "none" : "90s");
        }
        if (one(8)) {
            annotations.put(OwnerWord.OVERLOAD, String.valueOf(one(2)));
        }
        if (one(6)) {
            annotations.put(Overload.ANNOTATION, pick(EARLIER_OVERRIDES));
        }
        if (one(12)) {
            annotations.put(ProxyConfig.ANNOTATION, "connectionSettings: {httpDrainTimeout: 10s}");
        }
        if (theirs == Theirs.ANNOTATION) {
            annotations.put("sidecar.istio.io/bootstrapOverride", "theirs");
        }
        return annotations.isEmpty() && one(2) ? "null" : annotations.toString();
    }

    private String variables(Theirs theirs) {
        if (theirs == Theirs.VARIABLE) {
            return "[{name: ISTIO_BOOTSTRAP_OVERRIDE, value: /etc/theirs.json}]";
        }
        if (theirs == Theirs.BOOTSTRAP) {
            return "[{name: PROXY_CONFIG, value: '{\"customConfigFile\":\"/etc/theirs.json\"}'}]";
        }
        return pick(List.of(
                "null",
                "[]",
                "[{name: PROXY_CONFIG, value: '" + pick(PROXY_CONFIGS) + "'}]",
                "[{name: ISTIO_META_SIDECAR_SIZER_OVERLOAD, value: theirs}]"));
    }

    private String volumes(Theirs theirs) {
        return switch (theirs) {
            case VOLUME -> "[{name: sidecar-sizer-bootstrap, emptyDir: {}}]";
            case MOUNT -> "[{name: theirs, emptyDir: {}}]";
            default -> pick(List.of("null", "[]", "[" + PODINFO + "]"));
        };
    }

    private String mounts(Theirs theirs) {
        return theirs == Theirs.MOUNT
                ? "[{name: theirs, mountPath: /etc/sidecar-sizer/bootstrap}]"
                : pick(List.of("null", "[]", "[{name: istio-podinfo, mountPath: /etc/istio/pod}]"));
    }

    /** Of each class of QoS. */
    private String resources() {
        Bytes limit = limit();
        return switch (random.nextInt(6)) {
            case 0 -> "{}";
            case 1 -> "{requests: {memory: '%s'}}".formatted(limit);
            case 2, 3 -> "{requests: {cpu: 1, memory: '%s'}, limits: {cpu: 1, memory: '%s'}}".formatted(limit, limit);
            default -> "{requests: {memory: '%s'}, limits: {memory: '%s'}}".formatted(part(limit, 1), limit);
        };
    }

    private MemoryProfile profile(Proxy seen) {
        Bytes limit = limit();
        boolean killed = one(8);
        return new MemoryProfile(
                "shop/deployment-reviews",
                "4711",
                Standing.READY,
                one(8) ? null : new Recommendation(part(limit, 1), limit, one(2) ? Duration.ofMinutes(3) : null),
                new Observed(
                        14,
                        one(3) ? null : part(limit, 1.5),
                        one(3) ? null : part(limit, 1.2),
                        killed ? 1 : 0,
                        killed ? part(limit, 1.5) : null),
                new Proxy(seen.version(), seen.image(), null, one(3) ? null : one(2), one(2) ? null : part(limit, 1)),
                Verdict.FINE,
                null);
    }

    private SizingPolicy policy() {
        Bytes floor = limit().atMost(Bytes.mebi(64));
        return new SizingPolicy(
                "shop/policy",
                one(2) ? null : 0.001,
                1 + random.nextDouble(),
                floor,
                one(3) ? new Bytes(Long.MAX_VALUE) : limit().atLeast(floor),
                Duration.ofDays(random.nextInt(16)),
                null,
                one(4) ? null : Duration.ofMinutes(5),
                one(4) ? Duration.ofHours(1) : null,
                !one(8),
                one(2),
                List.of(),
                pick(List.of(Relief.values())),
                null);
    }

    private Surroundings around() {
        MemoryRange range = new MemoryRange(one(2), null, limit(), one(2) ? null : 1 + random.nextDouble());
        return new Surroundings(one(8) ? List.of(range) : List.of(), one(8), one(16), one(6));
    }

    /** Often about where there begins to be an override, seldom what no node has. */
    private Bytes limit() {
        return switch (random.nextInt(8)) {
            case 0 -> between(1, Long.MAX_VALUE);
            case 1, 2 -> between(40L << 20, 80L << 20);
            default -> between(64L << 20, 64L << 30);
        };
    }

    /** Each order of magnitude as often. */
    private Bytes between(double least, double most) {
        return new Bytes((long) (least * Math.pow(most / least, random.nextDouble())));
    }

    private Bytes part(Bytes whole, double most) {
        return new Bytes((long) (whole.value() * most * random.nextDouble()));
    }

    private boolean one(int of) {
        return random.nextInt(of) == 0;
    }

    private <T> T pick(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }
}
