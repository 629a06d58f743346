package dev.sidecarsizer.collect.prometheus;

import dev.sidecarsizer.collect.prometheus.AnswerReader.Series;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.WorkloadKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Workloads of pods that may be gone, from what kube-state-metrics said of their controllers.
 *
 * <p>It must come to the key that admission would have looked up ({@code mesh.Ownership}), or nobody would ever find the
 * profile: so a Job is named as there, by its name, whatever its own controller was. Where metrics cannot tell that key
 * (pods without a controller, kinds whose API group is not known here) there is none.
 *
 * <p>Not for several threads.
 */
final class Owners {

    private static final Pattern CRON_JOB = Pattern.compile("(.+)-\\d{8,10}");

    /** The characters that Kubernetes' hashes are written with. */
    private static final Pattern HASHED = Pattern.compile("(.+)-[bcdfghjklmnpqrstvwxz2456789]{5,10}");

    /** Metrics do not tell a kind's group. */
    private static final Map<String, String> GROUPS = Map.of(
            "Deployment", "apps",
            "ReplicaSet", "apps",
            "StatefulSet", "apps",
            "DaemonSet", "apps",
            "Job", "batch",
            "CronJob", "batch",
            "Rollout", "argoproj.io",
            "Workflow", "argoproj.io",
            "CloneSet", "apps.kruise.io");

    /** More than so many are asked for by namespace, not by name. */
    private static final int MOST_BY_NAME = 1000;

    private static final int NAMES_IN_ONE = 200;

    /** So long that a slow scrape of kube-state-metrics is in it. */
    private static final Duration LEAST_RANGE = Duration.ofMinutes(10);

    private final Api api;
    private final Queries queries;
    private final Map<PodName, Controller> pods = new HashMap<>();
    private final Map<PodName, Controller> replicaSets = new HashMap<>();

    Owners(Api api, Queries queries) {
        this.api = api;
        this.queries = queries;
    }

    private record Controller(String kind, String name) {}

    /**
     * The workloads of these pods, as far as they are known; forgets all others.
     *
     * @param shards by which to ask where many are new
     */
    Map<PodName, WorkloadKey> of(Set<PodName> wanted, Chunk chunk, List<Shard> shards) {
        pods.keySet().retainAll(wanted);
        String range = range(chunk);
        learn(missing(wanted, pods), "pod", queries.podOwners(), range, chunk.last(), shards, pods);
        Set<PodName> sets = pods.entrySet().stream()
                .filter(pod -> pod.getValue().kind.equals("ReplicaSet"))
                .map(pod -> new PodName(pod.getKey().namespace(), pod.getValue().name))
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
        pods.forEach((pod, controller) ->
                workload(pod.namespace(), controller).ifPresent(workload -> workloads.put(pod, workload)));
        return workloads;
    }

    private Optional<WorkloadKey> workload(String namespace, Controller controller) {
        Controller top = controller;
        if (controller.kind.equals("ReplicaSet")) {
            Controller known = replicaSets.get(new PodName(namespace, controller.name));
            Matcher hashed = HASHED.matcher(controller.name);
            if (known != null) {
                // a ReplicaSet that nobody controls speaks for itself
                top = GROUPS.containsKey(known.kind) ? known : controller;
            } else if (hashed.matches()) {
                top = new Controller("Deployment", hashed.group(1));
            }
        } else if (controller.kind.equals("Job")) {
            Matcher cron = CRON_JOB.matcher(controller.name);
            top = cron.matches() ? new Controller("CronJob", cron.group(1)) : controller;
        }
        String group = GROUPS.get(top.kind);
        return group == null || top.name.isEmpty()
                ? Optional.empty()
                : Optional.of(new WorkloadKey(namespace, group, top.kind, top.name));
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
            Map<PodName, Controller> found = api.instant(query, at, () -> new Found(label)).controllers;
            found.keySet().retainAll(unknown);
            into.putAll(found);
        }
    }

    private static final class Found implements Series {

        private final String label;
        private final Map<PodName, Controller> controllers = new HashMap<>();

        Found(String label) {
            this.label = label;
        }

        @Override
        public void take(Map<String, String> labels, List<AnswerReader.Point> points) {
            PodName owned = new PodName(labels.getOrDefault("namespace", ""), labels.getOrDefault(label, ""));
            controllers.put(
                    owned,
                    new Controller(labels.getOrDefault("owner_kind", ""), labels.getOrDefault("owner_name", "")));
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

    private static String range(Chunk chunk) {
        Duration length = chunk.length();
        return (length.compareTo(LEAST_RANGE) < 0 ? LEAST_RANGE : length).toMillis() + "ms";
    }
}
