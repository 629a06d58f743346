package dev.sidecarsizer.sizing;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Container;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.ProxyContainer;
import dev.sidecarsizer.mesh.QosClass;
import dev.sidecarsizer.sizing.Decision.Bound;
import dev.sidecarsizer.sizing.Decision.Keep;
import dev.sidecarsizer.sizing.Decision.Reason;
import dev.sidecarsizer.sizing.Surroundings.MemoryRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the cluster lets one proxy container have: LimitRange, pod-level resources, ResourceQuota and the pod's QoS
 * class. The API server judges the patched pod by these after us, whatever our failure policy is, so a number that does
 * not fit is bent, by name, and one that cannot be bent is not written.
 */
final class Bounds {

    private static final Bytes MEBIBYTE = Bytes.mebi(1);

    private final Pod pod;
    private final String proxy;
    private final Memory before;
    private final Surroundings surroundings;
    private final PodTotal requests;
    private final PodTotal limits;

    Bounds(Pod pod, ProxyContainer proxy, Memory before, Surroundings surroundings) {
        this.pod = pod;
        this.proxy = proxy.container().pointer();
        this.before = before;
        this.surroundings = surroundings;
        this.requests = PodTotal.of(pod, this.proxy, Container::memoryRequest);
        this.limits = PodTotal.of(pod, this.proxy, Container::memoryLimit);
    }

    /**
     * A request and limit that fit.
     *
     * @param bounds what bent them, in order
     */
    record Fit(Bytes request, Bytes limit, List<Bound> bounds) {

        private Memory memory() {
            return new Memory(request, limit);
        }
    }

    /**
     * The nearest request and limit that fit; empty where none does with a limit of at least {@code least}.
     *
     * @param trail told of each bound that bends them
     */
    Optional<Fit> fit(Bytes request, Bytes limit, Bytes least, Trail trail) {
        Fit wanted = new Fit(request, limit, List.of());
        Fit inRanges = bend(wanted, Bound.LIMIT_RANGE, this::intoRanges, trail);
        Fit inPod = bend(inRanges, Bound.POD_LEVEL, this::intoPod, trail);
        Fit inQuota = surroundings.memoryQuota() ? bend(inPod, Bound.QUOTA, this::underQuota, trail) : inPod;
        Fit end = bend(inQuota, Bound.QOS, this::sameClass, trail);
        return fits(end) && !end.limit().isLess(least) ? Optional.of(end) : Optional.empty();
    }

    /** One bound may undo what another did: all of them look once more. */
    private boolean fits(Fit fit) {
        return surroundings.ranges().stream().allMatch(range -> allows(range, fit))
                && intoPod(fit).equals(fit)
                && (!surroundings.memoryQuota() || underQuota(fit).equals(fit))
                && qos(fit) == qosBefore();
    }

    Keep noRoom(Bytes wanted) {
        return new Keep(
                Reason.NO_ROOM,
                "a limit of " + wanted + " does not fit the namespace's LimitRange, its ResourceQuota, the pod-level"
                        + " resources or the pod's QoS class: widen the one that binds");
    }

    private static Fit bend(Fit fit, Bound bound, Function<Fit, Fit> by, Trail trail) {
        Fit bent = by.apply(fit);
        if (bent.equals(fit)) {
            return fit;
        }
        trail.note(bound, true, () -> fit.memory() + " becomes " + bent.memory());
        List<Bound> bounds = new ArrayList<>(fit.bounds());
        bounds.add(bound);
        return new Fit(bent.request(), bent.limit(), bounds);
    }

    private Fit intoRanges(Fit fit) {
        Fit into = fit;
        for (MemoryRange range : surroundings.ranges()) {
            into = into(range, into);
        }
        return into;
    }

    private Fit into(MemoryRange range, Fit fit) {
        PodTotal requests = requests(range);
        PodTotal limits = limits(range);
        Bytes request = fit.request();
        Bytes limit = fit.limit();
        if (range.max() != null) {
            request = requests.under(range.max(), request);
            limit = limits.under(range.max(), limit);
        }
        if (range.min() != null) {
            request = requests.above(range.min(), request);
            limit = limits.above(range.min(), limit).atLeast(request);
        }
        if (range.maxLimitRequestRatio() != null) {
            request = requests.above(limits.with(limit).times(1 / range.maxLimitRequestRatio()), request);
        }
        return new Fit(request.atMost(limit), limit, fit.bounds());
    }

    /** Whether the API server's LimitRanger, which judges requests and limits each by itself, lets {@code fit} pass. */
    private boolean allows(MemoryRange range, Fit fit) {
        Bytes request = requests(range).with(fit.request());
        Bytes limit = limits(range).with(fit.limit());
        Bytes min = range.min() == null ? Bytes.ZERO : range.min();
        Bytes max = range.max() == null ? limit.atLeast(request) : range.max();
        Double ratio = range.maxLimitRequestRatio();
        return !request.isLess(min)
                && !limit.isLess(min)
                && !request.isMore(max)
                && !limit.isMore(max)
                && (ratio == null || (double) limit.value() / request.value() <= ratio);
    }

    private PodTotal requests(MemoryRange range) {
        return range.perPod() ? pod.podLevelRequest().map(PodTotal::fixed).orElse(requests) : PodTotal.ALONE;
    }

    private PodTotal limits(MemoryRange range) {
        return range.perPod() ? pod.podLevelLimit().map(PodTotal::fixed).orElse(limits) : PodTotal.ALONE;
    }

    /** No container's limit may be above the pod's, nor all requests together. */
    private Fit intoPod(Fit fit) {
        Bytes limit = pod.podLevelLimit().map(fit.limit()::atMost).orElse(fit.limit());
        Bytes request = pod.podLevelRequest()
                .map(whole -> requests.under(whole, fit.request()))
                .orElse(fit.request());
        return new Fit(request.atMost(limit), limit, fit.bounds());
    }

    private Fit underQuota(Fit fit) {
        Bytes limit = atMost(fit.limit(), before.limit());
        return new Fit(atMost(fit.request(), before.request()).atMost(limit), limit, fit.bounds());
    }

    /** A Guaranteed pod keeps request and limit equal; a Burstable one must not become Guaranteed by our numbers. */
    private Fit sameClass(Fit fit) {
        if (qos(fit) == qosBefore()) {
            return fit;
        }
        Bytes request =
                qosBefore() == QosClass.GUARANTEED ? fit.limit() : fit.limit().minus(MEBIBYTE);
        return new Fit(request, fit.limit(), fit.bounds());
    }

    private QosClass qosBefore() {
        return QosClass.of(pod, proxy, before);
    }

    private QosClass qos(Fit fit) {
        return QosClass.of(pod, proxy, fit.memory());
    }

    private static Bytes atMost(Bytes amount, @Nullable Bytes bound) {
        return bound == null ? amount : amount.atMost(bound);
    }
}
