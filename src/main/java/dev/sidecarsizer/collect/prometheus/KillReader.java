package dev.sidecarsizer.collect.prometheus;

import dev.sidecarsizer.collect.UsageSource.Kill;
import dev.sidecarsizer.collect.prometheus.AnswerReader.Point;
import dev.sidecarsizer.collect.prometheus.AnswerReader.Series;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.PodName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * OOM kills of the past. kube-state-metrics keeps saying for the rest of a pod's life that its last end was one; a kill
 * is where the time of that end, or else the count of restarts, is a new one.
 */
final class KillReader {

    private static final Duration LONGEST_STEP = Duration.ofMinutes(1);
    private static final int STEPS_AT_ONCE = 1000;

    /** How far back a count of restarts is looked up, so that a gap in the series makes no kill of an old one. */
    private static final Duration LOOK_BACK = Duration.ofHours(1);

    /**
     * How late the count of a restart may tell of it: kube-state-metrics is scraped each minute or more often, and asked
     * for in steps of a minute, which another reading may take elsewhere.
     */
    private static final Duration DOUBT = Duration.ofMinutes(3);

    private final Api api;
    private final PrometheusSettings settings;
    private final Queries queries;

    KillReader(Api api, PrometheusSettings settings) {
        this.api = api;
        this.settings = settings;
        this.queries = settings.queries();
    }

    List<Kill> read(Instant after, Instant until) {
        Duration step = settings.window().compareTo(LONGEST_STEP) < 0 ? settings.window() : LONGEST_STEP;
        long atOnce = STEPS_AT_ONCE;
        List<Kill> kills = new ArrayList<>();
        for (Instant from = after; from.isBefore(until); ) {
            atOnce = Math.min(atOnce, Duration.between(from, until).dividedBy(step) + 1);
            Instant end = from.plus(step.multipliedBy(atOnce));
            Instant to = end.isBefore(until) ? end : until;
            try {
                kills.addAll(chunk(from, to, step));
                from = to;
            } catch (TooMuch tooMuch) {
                if (atOnce == 1) {
                    throw tooMuch;
                }
                atOnce /= 2;
            }
        }
        return kills;
    }

    private List<Kill> chunk(Instant after, Instant until, Duration step) {
        Map<Life, List<Point>> ends = ask(queries.terminatedAt(), after, until.plus(settings.delay()), step);
        Map<Life, List<Point>> restarts = ask(queries.restarts(), after.minus(LOOK_BACK), until, step);
        List<Kill> kills = new ArrayList<>();
        ends.forEach((life, points) ->
                endings(points, after, until).forEach(at -> kills.add(new Kill(life.pod, at, Optional.empty()))));
        restarts.forEach((life, points) -> {
            if (!ends.containsKey(life)) {
                rises(points, after, until).forEach(at -> kills.add(new Kill(life.pod, at, DOUBT, Optional.empty())));
            }
        });
        return kills.isEmpty() ? kills : withLimits(kills, after, until);
    }

    /** One pod's life: a StatefulSet gives the same name again. */
    private record Life(PodName pod, String uid) {}

    /** Times of ends within the bounds, as the series' values tell them. */
    static Set<Instant> endings(List<Point> points, Instant after, Instant until) {
        Set<Instant> ends = new HashSet<>();
        for (Point point : points) {
            if (Unusable.of(point.value()).isEmpty()) {
                Instant end = Instant.ofEpochMilli(Math.round(point.value() * 1000));
                if (end.isAfter(after) && !end.isAfter(until)) {
                    ends.add(end);
                }
            }
        }
        return ends;
    }

    /** When, within the bounds, the count was first higher than ever before. */
    static List<Instant> rises(List<Point> points, Instant after, Instant until) {
        List<Instant> rises = new ArrayList<>();
        double highest = -1;
        for (Point point : points) {
            if (point.value() > highest) {
                highest = point.value();
                Instant seen = Instant.ofEpochMilli(point.millis());
                if (seen.isAfter(after) && !seen.isAfter(until)) {
                    rises.add(seen);
                }
            }
        }
        return rises;
    }

    private Map<Life, List<Point>> ask(String selector, Instant from, Instant until, Duration step) {
        String query = "max by (namespace, pod, uid) (" + api.fill(selector, "") + " and on (namespace, pod) ("
                + api.fill(queries.oomKilled(), "") + " == 1))";
        return api.range(query, from, until, step, Lives::new).points;
    }

    private List<Kill> withLimits(List<Kill> kills, Instant after, Instant until) {
        List<String> names = kills.stream()
                .map(kill -> kill.pod().name())
                .distinct()
                .sorted()
                .toList();
        Map<PodName, Double> limits = new HashMap<>();
        int together = 200;
        for (int from = 0; from < names.size(); from += together) {
            List<String> some = names.subList(from, Math.min(names.size(), from + together));
            String range = Duration.between(after, until)
                            .plus(LONGEST_STEP.multipliedBy(10))
                            .toMillis() + "ms";
            String query = "max by (namespace, pod) (last_over_time("
                    + api.fill(queries.limits(), "pod=~" + Shard.quoted(some)) + "[" + range + "]))";
            limits.putAll(api.instant(query, until, () -> new Api.ByPod(new PodNames())).values);
        }
        return kills.stream()
                .map(kill -> new Kill(kill.pod(), kill.at(), kill.doubt(), limit(limits, kill.pod())))
                .toList();
    }

    private static Optional<Bytes> limit(Map<PodName, Double> limits, PodName pod) {
        return Optional.ofNullable(limits.get(pod))
                .filter(limit -> Unusable.of(limit).isEmpty())
                .map(limit -> new Bytes(Math.round(limit)));
    }

    private static final class Lives implements Series {

        private final Map<Life, List<Point>> points = new HashMap<>();

        @Override
        public void take(Map<String, String> labels, List<Point> some) {
            Api.pod(labels)
                    .ifPresent(pod -> points.put(new Life(pod, labels.getOrDefault("uid", "")), List.copyOf(some)));
        }
    }
}
