package dev.sidecarsizer.collect.prometheus;

import dev.sidecarsizer.collect.UsageSource;
import dev.sidecarsizer.collect.UsageSource.Now;
import dev.sidecarsizer.collect.prometheus.AnswerReader.Point;
import dev.sidecarsizer.collect.prometheus.AnswerReader.Series;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.profile.Destinations;
import dev.sidecarsizer.profile.Makeup;
import dev.sidecarsizer.profile.ProxyFacts;
import dev.sidecarsizer.profile.ProxyLoad;
import dev.sidecarsizer.profile.ProxyMemory;
import dev.sidecarsizer.profile.ProxyOverload;
import dev.sidecarsizer.profile.ProxyRuntime;
import dev.sidecarsizer.profile.ProxyTraffic;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the proxies of some namespaces use at one instant, and what drives it. */
final class NowReader {

    /** Destinations that stand for "somewhere". */
    private static final String NAMED = "reporter=\"source\",destination_service!~\"|unknown\","
            + "destination_service_name!~\"unknown|BlackHoleCluster|(Inbound)?PassthroughCluster.*\"";

    /** Over which time a rate is taken: a few scrapes, since there are as many of these series as pairs that talk. */
    private static final Duration RATE = Duration.ofMinutes(10);

    /** The same, of what changes seldom. */
    private static final Duration HOUR = Duration.ofHours(1);

    private final Api api;
    private final Queries queries;
    private final Duration window;
    private final PodNames names;
    private final Consumer<Unusable> unusable;

    /**
     * @param window how long before the instant is the present, where one instant tells too little
     */
    NowReader(Api api, Queries queries, Duration window, PodNames names, Consumer<Unusable> unusable) {
        this.names = names;
        this.api = api;
        this.queries = queries;
        this.window = window;
        this.unusable = unusable;
    }

    Map<PodName, Now> read(Shard shard, Instant at) {
        Look look = new Look(shard.matcher(), at);
        Map<PodName, Double> memory = look.numbers("max", queries.workingSet());
        Map<PodName, Double> allocated = look.numbers("max", queries.allocated());
        Map<PodName, Double> heap = look.numbers("max", queries.heap());
        Map<PodName, Double> physical = look.numbers("max", queries.physical());
        Map<PodName, Double> agent = look.numbers("max", queries.agent());
        Map<PodName, Double> connections = look.numbers("sum", queries.connections());
        Map<PodName, Double> requestRate = look.rates(queries.requests(), RATE);
        Map<PodName, Double> clusters = look.numbers("max", queries.clusters());
        Map<PodName, Double> shedding = look.means(queries.shedding());
        Set<PodName> closing = Closing.at(at, api, api.fill(queries.shedding(), shard.matcher()), names);
        Map<PodName, Double> pressure = look.highest(queries.pressure());
        Map<PodName, Double> shrinks = look.rates(queries.shrinks(), window);
        Map<PodName, Double> concurrency = look.numbers("max", queries.concurrency());
        Map<PodName, Double> requests = look.numbers("count", queries.requests());
        Map<PodName, Double> tcp = look.numbers("count", queries.tcpOpened());
        Map<PodName, Double> wasm = look.numbers("sum", queries.wasm());
        Map<PodName, Double> lua = look.numbers("count", queries.lua());
        Map<PodName, Double> pushes = look.rates(queries.pushes(), HOUR);
        Map<PodName, Double> series = look.numbers("max", queries.series());
        Map<PodName, NavigableSet<String>> versions = look.texts("tag", queries.build());
        Map<PodName, NavigableSet<String>> destinations = look.destinations();

        Map<PodName, Now> now = new HashMap<>();
        memory.forEach((pod, value) -> {
            Optional<Unusable> fault = Unusable.of(value);
            fault.ifPresent(unusable);
            if (fault.isEmpty()) {
                NavigableSet<String> tags = versions.getOrDefault(pod, new TreeSet<>());
                ProxyFacts facts = new ProxyFacts(
                        ProxyRuntime.told(tags.isEmpty() ? null : tags.last(), whole(concurrency.get(pod))),
                        new ProxyMemory(
                                bytes(allocated.get(pod)),
                                bytes(heap.get(pod)),
                                bytes(physical.get(pod)),
                                bytes(agent.get(pod))),
                        new ProxyLoad(count(connections.get(pod)), rate(requestRate.get(pod))),
                        new ProxyTraffic(
                                rawTcp(tcp.containsKey(pod), requests.containsKey(pod)),
                                List.copyOf(destinations.getOrDefault(pod, new TreeSet<>()))),
                        new ProxyOverload(
                                closing.contains(pod) ? (Double) 1.0 : share(shedding.get(pod)),
                                pressure(pressure.get(pod)),
                                perHour(shrinks.get(pod))),
                        new Makeup(
                                count(clusters.get(pod)),
                                // of a proxy whose statistics are seen none is no plugin
                                allocated.containsKey(pod) ? count(wasm.getOrDefault(pod, 0.0)) : null,
                                lua.containsKey(pod) ? Boolean.TRUE : null,
                                perHour(pushes.get(pod)),
                                count(series.get(pod)),
                                null,
                                null));
                Duration told = closing.contains(pod) ? UsageSource.CLOSED_FOR : window;
                now.put(pod, new Now(new Bytes(Math.round(value)), facts, at.minus(told), at));
            }
        });
        return now;
    }

    /** That none was seen is only worth saying of a proxy whose telemetry is seen at all. */
    private static @Nullable Boolean rawTcp(boolean tcp, boolean requests) {
        return tcp ? Boolean.TRUE : requests ? Boolean.FALSE : null;
    }

    private static @Nullable Bytes bytes(@Nullable Double value) {
        Long whole = count(value);
        return whole == null ? null : new Bytes(whole);
    }

    private static @Nullable Integer whole(@Nullable Double value) {
        Long whole = count(value);
        return whole == null || whole > Integer.MAX_VALUE ? null : (Integer) whole.intValue();
    }

    private static @Nullable Long count(@Nullable Double value) {
        return value == null || Unusable.of(value).isPresent() ? null : (Long) Math.round(value);
    }

    private static @Nullable Double rate(@Nullable Double value) {
        return value == null || Unusable.of(value).isPresent() ? null : value;
    }

    private static @Nullable Double perHour(@Nullable Double perSecond) {
        Double rate = rate(perSecond);
        return rate == null ? null : (Double) (rate * HOUR.toSeconds());
    }

    private static @Nullable Double share(@Nullable Double percent) {
        return percent != null && percent >= 0 && percent <= 100 ? (Double) (percent / 100) : null;
    }

    /** More than the whole budget may be in use. */
    private static @Nullable Double pressure(@Nullable Double percent) {
        Double known = rate(percent);
        return known == null ? null : (Double) (known / 100);
    }

    private final class Look {

        private final String matcher;
        private final Instant at;

        Look(String matcher, Instant at) {
            this.matcher = matcher;
            this.at = at;
        }

        Map<PodName, Double> numbers(String function, String selector) {
            return ask(function, api.fill(selector, matcher));
        }

        /** The mean of a gauge over the present. */
        Map<PodName, Double> means(String selector) {
            return ask("max", "avg_over_time(" + api.fill(selector, matcher) + "[" + window.toMillis() + "ms])");
        }

        /** The most that a gauge was in the present. */
        Map<PodName, Double> highest(String selector) {
            return ask("max", "max_over_time(" + api.fill(selector, matcher) + "[" + window.toMillis() + "ms])");
        }

        /** By how much counters grow a second. */
        Map<PodName, Double> rates(String selector, Duration over) {
            return ask("sum", "rate(" + api.fill(selector, matcher) + "[" + over.toMillis() + "ms])");
        }

        private Map<PodName, Double> ask(String function, String series) {
            String query = function + " by (namespace, pod) (" + series + ")";
            return api.instant(query, at, () -> new Api.ByPod(names)).values;
        }

        Map<PodName, NavigableSet<String>> texts(String label, String selector) {
            String query = counted(label, api.fill(selector, matcher));
            return api.instant(query, at, () -> new Texts(labels -> labels.getOrDefault(label, ""), names)).byPod;
        }

        Map<PodName, NavigableSet<String>> destinations() {
            String label = "destination_service, destination_service_namespace";
            String more = matcher.isEmpty() ? NAMED : matcher + "," + NAMED;
            String query = counted(label, api.fill(queries.requests(), more)) + " or "
                    + counted(label, api.fill(queries.tcpOpened(), more));
            return api.instant(query, at, () -> new Texts(NowReader::destination, names)).byPod;
        }
    }

    private static String destination(Map<String, String> labels) {
        String host = labels.getOrDefault("destination_service", "");
        return host.isEmpty()
                ? host
                : Destinations.name(host, labels.getOrDefault("destination_service_namespace", ""));
    }

    private static String counted(String label, String selector) {
        return "count by (namespace, pod, " + label + ") (" + selector + ")";
    }

    /** What some labels say, by pod, in order; the first ones where there are very many. */
    private static final class Texts implements Series {

        private final Function<Map<String, String>, String> text;
        private final PodNames names;
        private final Map<String, String> shared = new HashMap<>();
        private final Map<PodName, NavigableSet<String>> byPod = new HashMap<>();

        Texts(Function<Map<String, String>, String> text, PodNames names) {
            this.text = text;
            this.names = names;
        }

        @Override
        public void take(Map<String, String> labels, List<Point> points) {
            String said = text.apply(labels);
            PodName pod = Api.pod(labels).orElse(null);
            if (pod != null && !said.isEmpty()) {
                NavigableSet<String> texts = byPod.computeIfAbsent(names.one(pod), any -> new TreeSet<>());
                // all pods of a workload call the same few
                texts.add(shared.computeIfAbsent(said, any -> said));
                if (texts.size() > Destinations.MOST) {
                    texts.pollLast();
                }
            }
        }
    }
}
