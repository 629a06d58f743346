package dev.sidecarsizer.config;

import dev.sidecarsizer.advice.Kind;
import dev.sidecarsizer.collect.Collector;
import dev.sidecarsizer.collect.Leadership;
import dev.sidecarsizer.collect.RolloutState;
import dev.sidecarsizer.collect.envoy.Looked;
import dev.sidecarsizer.collect.kubernetes.Watched;
import dev.sidecarsizer.collect.prometheus.Dropped;
import dev.sidecarsizer.collect.prometheus.Unusable;
import dev.sidecarsizer.guard.OomLoop.Outcome;
import dev.sidecarsizer.profile.Running;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What is measured of the learning loop; all but leadership stands still on a replica that does not lead. */
final class LearningMeasures implements MeterBinder {

    private final Collector collector;
    private final Leadership leadership;
    private final Dropped dropped;
    private final Watched watched;
    private final Looked looked;

    LearningMeasures(Collector collector, Leadership leadership, Dropped dropped, Watched watched, Looked looked) {
        this.collector = collector;
        this.leadership = leadership;
        this.dropped = dropped;
        this.watched = watched;
        this.looked = looked;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("sidecar.sizer.learning.leader", leadership, from -> from.isLeader() ? 1 : 0)
                .description("1 on the replica that learns for all")
                .register(registry);
        FunctionCounter.builder("sidecar.sizer.learning.terms", leadership, Leadership::terms)
                .description("How often this replica was elected")
                .register(registry);
        TimeGauge.builder("sidecar.sizer.learning.lag", this::lag, TimeUnit.SECONDS)
                .description("Age of the last window that was read; NaN on a replica that does not lead")
                .register(registry);
        Gauge.builder("sidecar.sizer.learning.histories", collector, Collector::accounts)
                .description("Workloads that the leader learns of, and parts of them that are told apart")
                .register(registry);
        FunctionCounter.builder("sidecar.sizer.learning.windows", collector, Collector::windows)
                .description("Windows of usage read")
                .register(registry);
        for (Unusable reason : Unusable.values()) {
            FunctionCounter.builder("sidecar.sizer.learning.windows.dropped", dropped, from -> from.count(reason))
                    .description("Windows of a pod from Prometheus that are not used")
                    .tag("reason", reason.name())
                    .register(registry);
        }
        FunctionCounter.builder("sidecar.sizer.learning.source.failures", collector, Collector::sourceFailures)
                .description("Failed attempts to read usage")
                .register(registry);
        FunctionCounter.builder("sidecar.sizer.learning.writes", collector, Collector::kept)
                .description("Histories, with the profiles that follow from them, handed to the API server")
                .tag("outcome", "written")
                .register(registry);
        FunctionCounter.builder("sidecar.sizer.learning.writes", collector, Collector::notKept)
                .description("Histories, with the profiles that follow from them, handed to the API server")
                .tag("outcome", "failed")
                .register(registry);
        FunctionCounter.builder("sidecar.sizer.learning.oom.kills", collector, Collector::kills)
                .description("Kernel kills of proxies, each once")
                .register(registry);
        FunctionCounter.builder("sidecar.sizer.learning.oom.kills.sized", collector, Collector::killsOfSized)
                .description("Kernel kills of proxies that we sized, each once")
                .register(registry);
        for (Kind kind : Kind.values()) {
            Gauge.builder("sidecar.sizer.findings", collector, from -> from.findings(kind.word()))
                    .description("Workloads that have the finding")
                    .tag("kind", kind.word())
                    .register(registry);
        }
        FunctionCounter.builder("sidecar.sizer.breaker.trips", collector, Collector::trips)
                .description("How often the breaker stopped all sizing")
                .register(registry);
        for (Outcome outcome : Outcome.values()) {
            FunctionCounter.builder("sidecar.sizer.oom.loops", collector, from -> from.reliefs(outcome))
                    .description(
                            "What came of pods whose proxy was killed twice within ten minutes, or refused traffic")
                    .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
        for (RolloutState state : RolloutState.values()) {
            Gauge.builder("sidecar.sizer.rollouts", collector, from -> from.rollouts(state))
                    .description("Workloads that are sized by steps, by where they are")
                    .tag("state", state.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
        bindUnsized(registry);
        bindPods(registry);
        bindLooks(registry);
    }

    private void bindUnsized(MeterRegistry registry) {
        MultiGauge gauge = MultiGauge.builder("sidecar.sizer.pods.unsized")
                .description("Pods that run and are not as they would be if they were created now")
                .register(registry);
        collector.atEachCount(sums -> gauge.register(rows(sums), true));
    }

    private static List<MultiGauge.Row<?>> rows(Map<String, Running> sums) {
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        sums.forEach((namespace, running) -> {
            rows.add(row(namespace, "missed", running.missed()));
            rows.add(row(namespace, "earlier", running.earlier()));
            rows.add(row(namespace, "net", running.byNet()));
            rows.add(row(namespace, "misfit", running.misfits()));
        });
        return rows;
    }

    /** A scrape by the Prometheus Operator calls the namespace of what it scrapes by the plain word. */
    private static MultiGauge.Row<?> row(String namespace, String why, int pods) {
        return MultiGauge.Row.of(Tags.of("workload_namespace", namespace, "why", why), pods);
    }

    private void bindPods(MeterRegistry registry) {
        TimeGauge.builder("sidecar.sizer.learning.pods.age", () -> seconds(watched.age()), TimeUnit.SECONDS)
                .description("Time since the API server last told of pods; NaN on a replica that does not lead")
                .register(registry);
        FunctionCounter.builder("sidecar.sizer.learning.pods.failures", watched, Watched::failures)
                .description("Failed attempts to list or watch pods")
                .register(registry);
        FunctionCounter.builder("sidecar.sizer.learning.pods.malformed", watched, Watched::notUnderstood)
                .description("How often a pod was seen that could not be understood")
                .register(registry);
    }

    private void bindLooks(MeterRegistry registry) {
        FunctionCounter.builder("sidecar.sizer.learning.samples", looked, Looked::samples)
                .description("Samples from the metrics API")
                .register(registry);
        FunctionCounter.builder("sidecar.sizer.learning.statistics", looked, Looked::reads)
                .description("Proxies asked for their statistics")
                .tag("outcome", "read")
                .register(registry);
        FunctionCounter.builder("sidecar.sizer.learning.statistics", looked, Looked::failedReads)
                .description("Proxies asked for their statistics")
                .tag("outcome", "failed")
                .register(registry);
    }

    private double lag() {
        return seconds(collector.through().map(through -> Duration.between(through, Instant.now())));
    }

    private static double seconds(Optional<Duration> age) {
        return age.map(known -> known.toMillis() / 1000.0).orElse(Double.NaN);
    }
}
