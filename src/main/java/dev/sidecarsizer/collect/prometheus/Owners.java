package dev.sidecarsizer.collect.prometheus;

import dev.sidecarsizer.collect.prometheus.AnswerReader.Series;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.WorkloadKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Workloads of pods that may be gone, from what kube-state-metrics said of their controllers.
 *
 * <p>Not for several threads.
 */
final class Owners {

    /** More than so many are asked for by namespace, not by name. */
    private static final int MOST_BY_NAME = 1000;

    private static final int NAMES_IN_ONE = 200;

    private final Api api;
    private final Queries queries;
    private final PodNames names;
    private final Map<PodName, Controller> pods = new HashMap<>();
    private final Map<PodName, Controller> replicaSets = new HashMap<>();

    Owners(Api api, Queries queries, PodNames names) {
        this.api = api;
        this.queries = queries;
        this.names = names;
    }

    /**
     * The workloads of these pods, as far as they are known; forgets all others.
     *
     * @param shards by which to ask where many are new
     */
    Map<PodName, WorkloadKey> of(Set<PodName> wanted, Chunk chunk, List<Shard> shards) {
        pods.keySet().retainAll(wanted);
        String range = chunk.lookBack();
        learn(missing(wanted, pods), "pod", queries.podOwners(), range, chunk.last(), shards, pods);
        Set<PodName> sets = pods.entrySet().stream()
                .filter(pod -> pod.getValue().isReplicaSet())
                .map(pod -> new PodName(pod.getKey().namespace(), pod.getValue().name()))
                .collect(Collectors.toSet());
        replicaSets.keySet().retainAll(sets);
        learn(
                missing(sets, replicaSets),
                "replicaset",
                queries.replicaSetOwners(),
                range,
                chunk.last(),
                shards,
                replicaSets);
        Map<PodName, WorkloadKey> workloads = new HashMap<>();
        Map<WorkloadKey, WorkloadKey> shared = new HashMap<>();
        pods.forEach((pod, controller) -> controller
                .workload(pod.namespace(), replicaSets)
                .ifPresent(workload -> workloads.put(pod, shared.computeIfAbsent(workload, any -> workload))));
        return workloads;
    }

    private void learn(
            Set<PodName> unknown,
            String label,
            String selector,
            String range,
            Instant at,
            List<Shard> shards,
            Map<PodName, Controller> into) {
        List<String> matchers = unknown.size() > MOST_BY_NAME
                ? shards.stream().map(Shard::matcher).toList()
                : byName(unknown, label);
        for (String matcher : matchers) {
            String query = "count by (namespace, " + label + ", owner_kind, owner_name) (last_over_time("
                    + api.fill(selector, matcher) + "[" + range + "]))";
            into.putAll(api.instant(query, at, () -> new Found(label, unknown, names)).controllers);
        }
    }

    private static final class Found implements Series {

        private final String label;
        private final Set<PodName> wanted;
        private final PodNames names;
        private final Map<PodName, Controller> controllers = new HashMap<>();
        private final Map<Controller, Controller> shared = new HashMap<>();

        Found(String label, Set<PodName> wanted, PodNames names) {
            this.label = label;
            this.wanted = wanted;
            this.names = names;
        }

        @Override
        public void take(Map<String, String> labels, List<AnswerReader.Point> points) {
            PodName owned = new PodName(labels.getOrDefault("namespace", ""), labels.getOrDefault(label, ""));
            if (wanted.contains(owned)) {
                Controller told = Controller.of(labels);
                controllers.put(
                        label.equals("pod") ? names.one(owned) : owned, shared.computeIfAbsent(told, any -> told));
            }
        }
    }

    private static Set<PodName> missing(Set<PodName> wanted, Map<PodName, Controller> known) {
        return wanted.stream().filter(one -> !known.containsKey(one)).collect(Collectors.toSet());
    }

    private static List<String> byName(Set<PodName> wanted, String label) {
        List<String> names =
                wanted.stream().map(PodName::name).distinct().sorted().toList();
        List<String> matchers = new ArrayList<>();
        for (int from = 0; from < names.size(); from += NAMES_IN_ONE) {
            List<String> some = names.subList(from, Math.min(names.size(), from + NAMES_IN_ONE));
            matchers.add(label + "=~" + Shard.quoted(some));
        }
        return matchers;
    }
}
