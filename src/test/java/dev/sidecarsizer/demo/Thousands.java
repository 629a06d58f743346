package dev.sidecarsizer.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.json.JsonMapper;

/** Profiles of thousands of workloads that nobody has, in a folder: for what a page does with so many. */
final class Thousands {

    private static final int A_FILE = 250;
    private static final List<String> NAMESPACES =
            List.of("shop", "payments", "search", "logistics", "identity", "media", "ledger", "analytics");
    private static final List<String> NAMES =
            List.of("api", "worker", "indexer", "mailer", "sync", "cache", "router", "scheduler", "billing", "feed");

    private final Random random = new Random(7);
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    /** Writes so many. */
    void write(Path folder, int workloads) throws IOException {
        for (int first = 0; first < workloads; first += A_FILE) {
            String profiles = IntStream.range(first, Math.min(first + A_FILE, workloads))
                    .mapToObj(this::any)
                    .collect(Collectors.joining("---\n"));
            Files.writeString(folder.resolve("profiles-" + first + ".yaml"), profiles);
        }
    }

    /** Writes one of that name, which may be anything. */
    void write(Path folder, String object, String name) throws IOException {
        Files.writeString(folder.resolve(object + ".yaml"), profile(object, "hostile", name, 120));
    }

    /** Writes one that is seen for the first day. */
    void writeLearning(Path folder) throws IOException {
        Files.writeString(
                folder.resolve("learning.yaml"),
                """
                apiVersion: sidecar-sizer.dev/v1alpha1
                kind: SidecarProfile
                metadata: {name: deployment-new, namespace: shop}
                spec: {workload: {apiVersion: apps/v1, kind: Deployment, name: new}}
                status:
                  observed: {pods: 1, days: 0, samples: 40, p50: 40Mi, p90: 41Mi, p99: 44Mi, peak: 46Mi, lastSample: "%s"}
                  conditions: [{type: Learning, status: "True", reason: TooLittleHistory, message: "an hour", lastTransitionTime: "%1$s"}]
                """
                        .formatted(now));
    }

    /** Writes one that is sized by steps, raised, scaled by its memory, and of which a pod is killed again and again. */
    void writeWatched(Path folder) throws IOException {
        Files.writeString(
                folder.resolve("watched.yaml"),
                profile("deployment-pricing", "shop", "pricing", 300)
                        + """
                          autoscalers: [{kind: HorizontalPodAutoscaler, name: by-memory, proxyResources: [memory], metrics: [{type: Resource, resource: memory, target: Utilization}]}]
                          conditions:
                            - {type: OomLoop, status: "True", reason: Told, message: "pricing-1 was killed twice in 10 minutes", lastTransitionTime: "%s"}
                            - {type: Raised, status: "True", reason: Guard, message: "3 kernel kills; limits are 288Mi or more", lastTransitionTime: "%1$s"}
                            - {type: RollingOut, status: "True", reason: Trying, message: "10 %% of new pods are sized", lastTransitionTime: "%1$s"}
                        """
                                .formatted(now));
    }

    private String any(int index) {
        String namespace = NAMESPACES.get(random.nextInt(NAMESPACES.size()));
        String name =
                NAMES.get(random.nextInt(NAMES.size())) + "-" + NAMES.get(random.nextInt(NAMES.size())) + "-" + index;
        return profile("deployment-" + name, namespace, name, 40 + random.nextInt(600));
    }

    private String profile(String object, String namespace, String name, int peak) {
        String daily = IntStream.range(0, 14)
                .mapToObj(day -> peak * (60 + random.nextInt(41)) / 100 + "Mi")
                .collect(Collectors.joining(", "));
        String finding = random.nextInt(4) > 0
                ? ""
                : "  findings: [{kind: OverProvisioned, size: 40Mi, confidence: Measured, message: made up, since: \""
                        + now + "\"}]\n";
        return """
                apiVersion: sidecar-sizer.dev/v1alpha1
                kind: SidecarProfile
                metadata: {name: %s, namespace: %s}
                spec: {workload: {apiVersion: apps/v1, kind: Deployment, name: %s}}
                status:
                  recommendation: {memoryRequest: %dMi, memoryLimit: %dMi}
                  observed: {pods: %d, days: 14, samples: 40000, p50: %dMi, p90: %dMi, p99: %dMi, peak: %dMi, live: %dMi, oomKills: %d, lastSample: "%s", daily: {through: "%s", peaks: [%s]}}
                  proxy: {version: "1.31.0", image: "docker.io/istio/proxyv2:1.31.0", concurrency: 2, rawTcp: false}
                %s"""
                .formatted(
                        object,
                        namespace,
                        JsonMapper.shared().writeValueAsString(name),
                        peak * 7 / 10,
                        peak * 13 / 10,
                        1 + random.nextInt(12),
                        peak / 2,
                        peak * 7 / 10,
                        peak * 9 / 10,
                        peak,
                        peak * 6 / 10,
                        random.nextInt(20) == 0 ? 1 : 0,
                        now,
                        LocalDate.ofInstant(now, ZoneOffset.UTC),
                        daily,
                        finding);
    }
}
