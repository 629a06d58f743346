package dev.sidecarsizer.collect.prometheus;

import dev.sidecarsizer.collect.SourceFailed;
import dev.sidecarsizer.collect.UsageSource;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.history.PodWindow;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Usage from Prometheus, aggregated there: of each window the peak, the sum and the count of samples by pod, so that two
 * weeks of 30,000 pods are some hundred answers and no sample travels.
 *
 * <p>Windows are half-open: a sample at a window's end is in it, one at its beginning is in the one before. Prometheus 3
 * ranges are so; those of 2 have both ends, and there a range is a millisecond shorter, which is the resolution of
 * samples. Which of them answers is found by asking, for Thanos and Mimir hide their engine's version.
 *
 * <p>For one thread.
 *
 * @see <a href="https://prometheus.io/docs/prometheus/3.0/migration/#range-selectors-and-lookback-exclude-samples-coinciding-with-the-left-boundary">
 *     Prometheus 3's ranges</a>
 */
public final class PrometheusUsage implements UsageSource {

    /** Its range of one second has two points where both ends belong to a range, and one where they do not. */
    private static final String LEFT_EDGE = "count_over_time(vector(1)[1s:1s])";

    private final PrometheusSettings settings;
    private final Queries queries;
    private final Api api;
    private final Shards asking;
    private final Owners owners;
    private final PodNames names = new PodNames();
    private final Dropped dropped;

    /**
     * @param tls whom to trust; {@code null} for the JDK's own list of authorities
     * @param dropped is told of each window that is left out
     */
    public PrometheusUsage(PrometheusSettings settings, @Nullable SSLContext tls, Dropped dropped) {
        this(settings, tls, dropped, Thread::sleep);
    }

    PrometheusUsage(PrometheusSettings settings, @Nullable SSLContext tls, Dropped dropped, Transport.Sleep sleep) {
        this.settings = settings;
        this.queries = settings.queries();
        this.api = new Api(new Transport(settings, tls, sleep), settings.matchers());
        this.asking = new Shards(settings.queriesAtOnce());
        this.owners = new Owners(api, queries, names);
        this.dropped = dropped;
    }

    /** What was left out so far, and why. */
    public Dropped dropped() {
        return dropped;
    }

    @Override
    public Duration window() {
        return settings.window();
    }

    @Override
    public Instant oldest(Instant now) {
        return now.minus(settings.history());
    }

    /** {@inheritDoc} Nothing is read from before {@link #oldest}. */
    @Override
    public void read(Instant after, Instant until, Windows into) {
        Instant begin = after.isBefore(oldest(until)) ? oldest(until) : after;
        read(begin, lastComplete(until), until, into, overview -> overview.shards(settings.seriesAtOnce()));
    }

    @Override
    public void readPast(Set<String> namespaces, Instant through, Instant now, Windows into) {
        Instant complete = lastComplete(now);
        Instant last = through.isBefore(complete) ? through : complete;
        read(oldest(now), last, now, into, overview -> overview.shards(namespaces, settings.seriesAtOnce()));
    }

    private Instant lastComplete(Instant now) {
        return Chunk.endAtOrBefore(now.minus(settings.delay()), settings.window());
    }

    private void read(Instant after, Instant last, Instant now, Windows into, Function<Overview, List<Shard>> shards) {
        Duration window = settings.window();
        Instant next = Chunk.endAtOrBefore(after, window).plus(window);
        if (next.isAfter(last)) {
            return;
        }
        String range = asked("the edge of a range", () -> range(now));
        int atOnce = settings.windowsAtOnce();
        Map<String, Set<String>> clusters = new TreeMap<>();
        while (!next.isAfter(last)) {
            long left = Duration.between(next, last).dividedBy(window) + 1;
            Chunk chunk = new Chunk(next, window, (int) Math.min(atOnce, left));
            try {
                give(chunk, overview(chunk, clusters), range, into, shards);
                next = chunk.last().plus(window);
            } catch (TooMuch tooMuch) {
                if (chunk.windows() == 1) {
                    throw failed(tooMuch, "a window of one namespace");
                }
                atOnce = (chunk.windows() + 1) / 2;
            }
        }
    }

    @Override
    public Map<PodName, Now> now(Instant at) {
        return asked("one namespace", () -> {
            Overview overview = overview(at);
            NowReader reader = new NowReader(api, queries, settings.window(), names, dropped::add);
            Map<PodName, Now> now = new HashMap<>();
            List<Shard> plan = overview.shards(settings.seriesAtOnce());
            asking.each(plan, overview.namespaces(), shard -> reader.read(shard, at))
                    .forEach(now::putAll);
            return now;
        });
    }

    @Override
    public Set<PodName> closing(Instant at) {
        return asked(
                "proxies that close all connections",
                () -> Closing.at(at, api, api.fill(queries.shedding(), ""), names));
    }

    /**
     * OOM kills that happened after {@code after} and not after {@code until}, each once where the bounds meet.
     *
     * @param until as the end of a window that can be read: a kill is known some time after it happened only
     * @throws SourceFailed where they cannot be read
     */
    @Override
    public List<Kill> kills(Instant after, Instant until) {
        return asked("OOM kills", () -> {
            overview(until);
            return new KillReader(api, settings).read(after, until);
        });
    }

    /** Which of the series that are asked for there are none, but for those that may well be absent. */
    @Override
    public List<String> lacks(Instant at) {
        return asked("a count of series", () -> {
            overview(at);
            List<String> lacks = new ArrayList<>();
            for (Queries.Named query : queries.named()) {
                String selector = api.fill(query.selector(), "");
                if (!query.mayBeAbsent() && !api.instant("count(" + selector + ")", at, Any::new).seen) {
                    lacks.add("no series answers " + selector + " (" + PrometheusSettings.PREFIX + "queries."
                            + query.name() + "): " + query.cost());
                }
            }
            return List.copyOf(lacks);
        });
    }

    /** Hands a whole chunk on, window by window, or nothing of it. */
    private void give(
            Chunk chunk, Overview overview, String range, Windows into, Function<Overview, List<Shard>> shards) {
        List<Shard> plan = shards.apply(overview);
        // fewer windows at once come first: they cost no more queries in all
        List<String> known = chunk.windows() == 1 ? overview.namespaces() : List.of();
        List<WindowTable> tables = asking.each(plan, known, shard -> table(chunk, range, shard));
        Set<PodName> pods = new HashSet<>();
        tables.forEach(table -> pods.addAll(table.pods()));
        names.retain(pods);
        Map<PodName, WorkloadKey> workloads = owners.of(pods, chunk, plan);
        for (int index = 0; index < chunk.windows(); index++) {
            List<Seen> seen = new ArrayList<>();
            for (WindowTable table : tables) {
                for (PodWindow window : table.window(index, dropped::add)) {
                    seen.add(new Seen(window, Optional.ofNullable(workloads.get(window.pod()))));
                }
            }
            into.take(chunk.end(index), seen);
        }
    }

    private WindowTable table(Chunk chunk, String range, Shard shard) {
        return new WindowTable(
                chunk,
                column("max by (namespace, pod) (max_over_time(", chunk, range, shard),
                column("sum by (namespace, pod) (sum_over_time(", chunk, range, shard),
                column("sum by (namespace, pod) (count_over_time(", chunk, range, shard));
    }

    private WindowColumn column(String function, Chunk chunk, String range, Shard shard) {
        String query = function + api.fill(queries.workingSet(), shard.matcher()) + "[" + range + "]))";
        return api.range(query, chunk.first(), chunk.last(), chunk.window(), () -> new WindowColumn(chunk, names));
    }

    private Overview overview(Instant at) {
        return overview(api.fill(queries.workingSet(), ""), at, new TreeMap<>());
    }

    /**
     * Of all that answered at some time in the chunk: a cluster need not answer at its end.
     *
     * @param clusters what was seen in the chunks before, for one cluster may have come in place of another
     */
    private Overview overview(Chunk chunk, Map<String, Set<String>> clusters) {
        String range = "last_over_time(" + api.fill(queries.workingSet(), "") + "[" + chunk.lookBack() + "])";
        return overview(range, chunk.last(), clusters);
    }

    private Overview overview(String series, Instant at, Map<String, Set<String>> clusters) {
        List<String> labels = settings.clusterLabels();
        Overview overview = api.instant(Overview.query(labels, series), at, () -> new Overview(labels, clusters));
        overview.refuseSeveralClusters(settings.place());
        return overview;
    }

    /** The range that holds the samples of a half-open window. */
    private String range(Instant at) {
        LastValue points = api.instant(LEFT_EDGE, at.truncatedTo(ChronoUnit.SECONDS), LastValue::new);
        long millis = settings.window().toMillis();
        return (points.value == 1 ? millis : millis - 1) + "ms";
    }

    private static <T> T asked(String what, Supplier<T> asks) {
        try {
            return asks.get();
        } catch (TooMuch tooMuch) {
            throw failed(tooMuch, what);
        }
    }

    private static SourceFailed failed(TooMuch tooMuch, String what) {
        return new SourceFailed(
                tooMuch.getMessage() + "; it was asked for no more than " + what + ": raise "
                        + PrometheusSettings.PREFIX
                        + "access.timeout or access.largest-answer, or Prometheus' own bound",
                false,
                tooMuch);
    }

    private static final class Any implements AnswerReader.Series {

        private boolean seen;

        @Override
        public void take(Map<String, String> labels, List<AnswerReader.Point> points) {
            seen = true;
        }
    }

    private static final class LastValue implements AnswerReader.Series {

        private double value;

        @Override
        public void take(Map<String, String> labels, List<AnswerReader.Point> points) {
            if (!points.isEmpty()) {
                value = points.get(points.size() - 1).value();
            }
        }
    }
}
