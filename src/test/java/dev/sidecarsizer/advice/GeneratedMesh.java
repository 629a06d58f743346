package dev.sidecarsizer.advice;

import dev.sidecarsizer.advice.Known.Budget;
import dev.sidecarsizer.advice.Known.Sized;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Learnt.Daily;
import dev.sidecarsizer.profile.Learnt.Measured;
import dev.sidecarsizer.profile.Makeup;
import dev.sidecarsizer.profile.MemoryProfile.Recommendation;
import dev.sidecarsizer.profile.ProxyFacts;
import dev.sidecarsizer.profile.ProxyLoad;
import dev.sidecarsizer.profile.ProxyMemory;
import dev.sidecarsizer.profile.ProxyOverload;
import dev.sidecarsizer.profile.ProxyRuntime;
import dev.sidecarsizer.profile.ProxyTraffic;
import dev.sidecarsizer.profile.Verdict.Raise;
import dev.sidecarsizer.profile.Verdict.Withdraw;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Workloads of one mesh, made up from a seed: what their proxies take follows from what they hold, by numbers of the memory
 * lab and of {@code bench/configuration} with noise; some of them have causes planted, of which the rules know nothing.
 */
final class GeneratedMesh {

    private static final double MEGABYTE = 1e6;
    private static final int WORKLOADS = 40;
    private static final List<Kind> KINDS = List.of(Kind.values());

    private final Random random;
    private final int services;
    private final double perCluster;

    GeneratedMesh(long seed) {
        random = new Random(seed);
        services = 60 + random.nextInt(1400);
        // 1 to 50 endpoints each
        perCluster = between(45e3, 160e3);
    }

    /** A workload, and what is wrong with it. */
    record Workload(Known known, Set<Kind> planted) {}

    List<Workload> workloads() {
        List<Workload> all = new ArrayList<>();
        for (int number = 0; number < WORKLOADS; number++) {
            Set<Kind> planted = EnumSet.noneOf(Kind.class);
            int causes = Math.max(0, random.nextInt(4) - 1);
            while (planted.size() < causes) {
                planted.add(KINDS.get(random.nextInt(KINDS.size())));
            }
            all.add(new Workload(workload("w" + number, planted), planted));
        }
        return all;
    }

    private Known workload(String name, Set<Kind> has) {
        int called = 1 + random.nextInt(12);
        long subsets = has.contains(Kind.MANY_SUBSETS) ? (long) between(80, 400) : random.nextInt(4);
        boolean all = has.contains(Kind.UNUSED_CONFIGURATION);
        long clusters = 8 + subsets + (all ? 2L * (services + 300) : 2L * called + random.nextInt(6));
        if (has.contains(Kind.MANY_SUBSETS)) {
            // they are of services that the workload may call
            subsets = Math.max(subsets, all ? clusters : 0);
            clusters += all ? clusters : 0;
        }
        boolean idle = has.contains(Kind.MANY_CONNECTIONS);
        long connections = idle ? (long) between(6_000, 20_000) : (long) Math.exp(between(1, 7.5));
        double rate = idle ? connections / between(200, 2000) : connections * between(0.02, 3);
        double series = has.contains(Kind.MANY_SERIES) ? between(15e3, 70e3) : between(300, 4000);

        double configuration = 7.4 * MEGABYTE + perCluster * (clusters - 8) * noise();
        double allocated = (configuration + 16.5e3 * connections + 150 * series) * noise();
        double kept = has.contains(Kind.ALLOCATOR_RETENTION)
                ? Math.max(allocated * 1.3, between(110, 500) * MEGABYTE)
                : Math.min(allocated * between(0.05, 0.6), 55 * MEGABYTE);
        double physical = allocated + kept;
        double agent =
                has.contains(Kind.AGENT_DRIVES) ? physical + between(40, 90) * MEGABYTE : between(25, 50) * MEGABYTE;
        if (!has.contains(Kind.AGENT_DRIVES)) {
            agent = Math.min(agent, 60 * MEGABYTE);
        }
        Bytes used = bytes(physical + agent);
        Bytes peak = used.times(between(1.05, 1.3));
        Bytes recommended = peak.times(between(1.15, 1.4));
        Bytes request = used.times(between(0.95, 1.1));
        Bytes ceiling = has.contains(Kind.AT_CEILING) ? recommended.times(0.8) : recommended.times(between(2, 6));
        Bytes limit = has.contains(Kind.NEAR_LIMIT)
                ? peak.times(between(1.01, 1.15)).atMost(recommended.times(0.98))
                : recommended.times(between(1, 2));
        boolean killed = has.contains(Kind.OOM_KILLED);
        boolean differs = has.contains(Kind.HEAP_BUDGET_DIFFERS);
        return new Known(
                new WorkloadKey("shop", "apps", "Deployment", name),
                Map.of("app", name),
                has.contains(Kind.OVER_PROVISIONED)
                        ? request.times(2).atLeast(request.plus(Bytes.mebi(64)))
                        : request.times(between(0.8, 1.3)),
                limit,
                differs || random.nextBoolean() ? new Budget(differs ? limit.times(1.5) : limit, limit) : null,
                ceiling,
                new Measured(
                        3,
                        8 + random.nextInt(20),
                        40_000,
                        used.times(0.9),
                        used,
                        peak.times(0.95),
                        peak,
                        used,
                        killed ? 1 + random.nextInt(3) : 0,
                        killed ? limit.atMost(ceiling.times(0.9)) : null,
                        null,
                        new Daily(LocalDate.EPOCH, List.of(), List.of())),
                new Recommendation(request, recommended, null),
                has.contains(Kind.RISING_TREND) ? bytes(between(1, 12) * MEGABYTE) : Bytes.ZERO,
                has.contains(Kind.CONCURRENCY_DIFFERS) ? Set.of(2, 8) : Set.of(2),
                new Sized(
                        has.contains(Kind.SIZING_WITHDRAWN)
                                ? new Withdraw(Instant.EPOCH, Instant.EPOCH, 1, "3 kernel kills")
                                : null,
                        has.contains(Kind.SIZING_RAISED)
                                ? new Raise(Instant.EPOCH, Instant.EPOCH, 1, limit.times(1.5), "3 kernel kills")
                                : null),
                new ProxyFacts(
                        new ProxyRuntime("1.31.0", "proxyv2:1.31.0", 2, true),
                        new ProxyMemory(bytes(allocated), bytes(physical), bytes(physical), bytes(agent)),
                        new ProxyLoad(connections, rate),
                        new ProxyTraffic(
                                false,
                                IntStream.range(0, called)
                                        .mapToObj(service -> "s" + service + ".shop.svc.cluster.local")
                                        .toList()),
                        new ProxyOverload(
                                has.contains(Kind.SHEDDING_LOAD) ? between(0.06, 0.5) : between(0, 0.04), null, null),
                        new Makeup(
                                clusters,
                                has.contains(Kind.SCRIPTED_FILTERS) ? 3L : 0L,
                                false,
                                has.contains(Kind.XDS_CHURN) ? between(70, 600) : between(0, 40),
                                (long) series,
                                clusters - 8,
                                subsets)),
                false,
                random.nextBoolean() ? Mode.ENFORCE : Mode.AUDIT,
                null);
    }

    private double noise() {
        return 1 + Math.max(-0.25, Math.min(0.25, random.nextGaussian() * 0.08));
    }

    private double between(double least, double most) {
        return least + random.nextDouble() * (most - least);
    }

    private static Bytes bytes(double value) {
        return new Bytes(Math.round(value));
    }
}
