package dev.sidecarsizer.backtest.peer;

import dev.sidecarsizer.backtest.replay.Strategy;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.WorkloadKey;
import java.math.BigInteger;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The VerticalPodAutoscaler with its defaults: the request is the 90th percentile of daily peaks that are forgotten with
 * a half-life of a day, and 15 % more; the limit keeps the proportion to the request that it came with.
 *
 * <p>The least that it recommends for a pod is shared by its containers: two here, the application and the proxy.
 *
 * @see <a href="https://github.com/kubernetes/autoscaler/tree/master/vertical-pod-autoscaler/pkg/recommender">its
 *     source</a>, held to it by a test
 */
public final class Vpa implements Strategy {

    public static final String NAME = "vpa";

    /** The same for pods that come with their limit as request: then VPA keeps the two the same. */
    public static final String GUARANTEED = "vpa-guaranteed";

    private static final double PERCENTILE = 0.9;
    private static final double MARGIN = 0.15;
    private static final int CONTAINERS = 2;
    private static final long LEAST = Bytes.mebi(250).value() / CONTAINERS;

    private final String name;
    private final BigInteger requestAsItCame;
    private final BigInteger limitAsItCame;
    private final Map<WorkloadKey, Workload> workloads = new HashMap<>();

    private Vpa(String name, Bytes requestAsItCame, Bytes limitAsItCame) {
        this.name = name;
        this.requestAsItCame = BigInteger.valueOf(requestAsItCame.value());
        this.limitAsItCame = BigInteger.valueOf(limitAsItCame.value());
    }

    /** For pods that come with this request and limit. */
    public static Vpa proportional(Bytes requestAsItCame, Bytes limitAsItCame) {
        return new Vpa(NAME, requestAsItCame, limitAsItCame);
    }

    /** For pods whose request is their limit. */
    public static Vpa guaranteed(Bytes asItCame) {
        return new Vpa(GUARANTEED, asItCame, asItCame);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void sample(WorkloadKey workload, PodName pod, Instant at, Bytes use) {
        container(workload, pod).sample(at.getEpochSecond(), use.value());
    }

    @Override
    public void killed(WorkloadKey workload, PodName pod, Instant at, Bytes limit) {
        container(workload, pod).killed(at.getEpochSecond(), requestOf(limit).value());
    }

    @Override
    public Optional<Memory> size(WorkloadKey workload, Instant now) {
        Workload known = workloads.get(workload);
        if (known == null || known.peaks().isEmpty()) {
            return Optional.empty();
        }
        Bytes request = target(known.peaks());
        return Optional.of(new Memory(request, limitOf(request)));
    }

    /** The recommender's target, rounded as it rounds. */
    static Bytes target(PeakHistogram peaks) {
        long base = (long) peaks.percentile(PERCENTILE);
        return new Bytes(Math.max(base + (long) (base * MARGIN), LEAST));
    }

    private Bytes limitOf(Bytes request) {
        return new Bytes(BigInteger.valueOf(request.value())
                .multiply(limitAsItCame)
                .divide(requestAsItCame)
                .longValueExact());
    }

    /** The recommender is told of the request at an OOM kill, not of the limit. */
    private Bytes requestOf(Bytes limit) {
        return new Bytes(BigInteger.valueOf(limit.value())
                .multiply(requestAsItCame)
                .divide(limitAsItCame)
                .longValueExact());
    }

    private VpaContainer container(WorkloadKey workload, PodName pod) {
        Workload known = workloads.computeIfAbsent(workload, any -> new Workload(new PeakHistogram(), new HashMap<>()));
        return known.containers().computeIfAbsent(pod, any -> new VpaContainer(known.peaks()));
    }

    private record Workload(PeakHistogram peaks, Map<PodName, VpaContainer> containers) {}
}
