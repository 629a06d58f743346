package dev.sidecarsizer.collect.envoy;

import dev.sidecarsizer.collect.LivePod;
import dev.sidecarsizer.collect.SourceFailed;
import dev.sidecarsizer.collect.UsageSource;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.profile.ProxyFacts;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The source that needs no Prometheus: lists {@code metrics.k8s.io} again and again for what proxies use, and reads the
 * statistics of a few of them for why. Started for a leader's term, and closed with it.
 *
 * <p>It has no past. The samples of a window that is not complete are lost with the leader, and the first window of a
 * term may lack its beginning; what it tells is told by its number of samples. A peak between two samples is not seen.
 */
public final class DirectUsage implements UsageSource, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DirectUsage.class);
    /** metrics-server measures every 15 s, or every minute on some platforms, and serves nothing older. */
    private static final Duration PRESENT = Duration.ofMinutes(5);
    /** From here on one list of all namespaces costs less than one of each. */
    private static final int MOST_NAMESPACES = 10;

    private static final Duration LIST_PATIENCE = Duration.ofSeconds(60);
    private static final Duration READ_PATIENCE = Duration.ofSeconds(5);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final DirectSettings settings;
    private final Looked looked;
    private final Supplier<? extends Collection<LivePod>> live;
    private final MetricsApi metrics;
    private final StatsReader stats;
    private final OpenWindows windows;
    private final ScrapeOrder order;
    private final Map<PodName, Look> looks = new ConcurrentHashMap<>();
    private final Thread sampling = Thread.ofVirtual().name("direct-usage").unstarted(this::sampleForEver);
    private final Thread reading = Thread.ofVirtual().name("direct-statistics").unstarted(this::readForEver);
    private volatile @Nullable SourceFailed failure;

    /**
     * @param client its caller closes it, after this
     * @param live the pods that are learnt from: nothing is kept of others
     * @param looked told how it goes
     */
    public DirectUsage(
            KubernetesClient client,
            Supplier<? extends Collection<LivePod>> live,
            DirectSettings settings,
            Looked looked) {
        this.looked = looked;
        this.settings = settings;
        this.live = live;
        metrics = new MetricsApi(client, LIST_PATIENCE, MetricsApi.PAGE);
        stats = new StatsReader(settings.port(), READ_PATIENCE);
        windows = new OpenWindows(settings.window(), settings.interval().multipliedBy(2));
        order = new ScrapeOrder(settings.podsPerWorkload(), settings.window());
    }

    /** Begins to look, and returns at once. */
    public void start() {
        sampling.start();
        if (settings.podsPerMinute() > 0) {
            reading.start();
        }
    }

    @Override
    public Duration window() {
        return settings.window();
    }

    @Override
    public Instant oldest(Instant now) {
        return now;
    }

    @Override
    public void read(Instant after, Instant until, Windows into) {
        windows.handOn(after, until, into);
        SourceFailed current = failure;
        if (current != null) {
            throw new SourceFailed(String.valueOf(current.getMessage()), current.lasting(), current);
        }
    }

    @Override
    public Map<PodName, Now> now(Instant at) {
        Map<PodName, Now> now = new HashMap<>();
        for (LivePod pod : live.get()) {
            Sample sample = windows.latest(pod.name());
            if (sample != null && sample.at().plus(PRESENT).isAfter(at)) {
                Look look = looks.get(pod.name());
                Instant looked = look == null ? sample.at() : look.at();
                ProxyFacts facts = Look.facts(look, pod, at.minus(settings.window()));
                now.put(pod.name(), new Now(sample.memory(), facts, looked, looked));
            }
        }
        return now;
    }

    @Override
    public void close() {
        sampling.interrupt();
        reading.interrupt();
        stats.close();
    }

    private void sampleForEver() {
        try {
            while (true) {
                try {
                    sample();
                } catch (SourceFailed failed) {
                    fail(failed);
                } catch (RuntimeException failed) {
                    fail(new SourceFailed("the metrics API cannot be read: " + failed, false, failed));
                }
                Thread.sleep(settings.interval());
            }
        } catch (InterruptedException closed) {
            LOG.debug("the metrics API is no longer read");
        }
    }

    private void sample() throws InterruptedException {
        Map<PodName, LivePod> pods = new HashMap<>();
        Set<String> namespaces = new TreeSet<>();
        for (LivePod pod : live.get()) {
            pods.put(pod.name(), pod);
            namespaces.add(pod.name().namespace());
        }
        windows.forgetBefore(Instant.now().minus(settings.window()));
        looks.keySet().retainAll(pods.keySet());
        if (pods.isEmpty()) {
            return;
        }
        metrics.read(namespaces.size() > MOST_NAMESPACES ? List.of() : namespaces, sample -> {
            LivePod pod = pods.get(sample.pod());
            if (pod != null && windows.add(named(sample, pod), pod.workload(), Instant.now())) {
                looked.sampled();
            }
        });
        if (failure != null) {
            LOG.info("the metrics API is read again");
        }
        failure = null;
    }

    private void fail(SourceFailed failed) {
        if (failure == null) {
            LOG.warn("{}; will retry", failed.getMessage());
        }
        failure = failed;
    }

    /** The name is held once, by the pod. */
    private static Sample named(Sample sample, LivePod pod) {
        return new Sample(pod.name(), sample.at(), sample.memory());
    }

    private void readForEver() {
        try {
            while (true) {
                readNext();
                Thread.sleep(MINUTE.dividedBy(settings.podsPerMinute()));
            }
        } catch (InterruptedException closed) {
            LOG.debug("no statistics are read any more");
        }
    }

    private void readNext() throws InterruptedException {
        try {
            LivePod pod = order.next(live.get(), this::memory, Instant.now()).orElse(null);
            if (pod != null) {
                looks.put(pod.name(), new Look(pod.uid(), Instant.now(), stats.read(pod)));
                looked.read();
            }
        } catch (IOException | RuntimeException failed) {
            looked.notRead();
            LOG.debug("a proxy's statistics cannot be read: {}", failed.toString());
        }
    }

    private long memory(PodName pod) {
        Sample sample = windows.latest(pod);
        return sample == null ? 0 : sample.memory().value();
    }
}
