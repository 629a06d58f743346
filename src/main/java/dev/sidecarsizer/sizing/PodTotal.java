package dev.sidecarsizer.sizing;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Container;
import dev.sidecarsizer.mesh.Pod;
import java.util.Optional;
import java.util.function.Function;

/**
 * What the API server takes a whole pod's memory to be, request or limit, as a function of the proxy's share: all
 * long-running containers together, or an ordinary init container with the sidecars started before it where that is
 * more; where the pod has an amount of its own, that.
 *
 * @param beside what adds to the proxy's share
 * @param least what the pod counts as, however small that share is
 * @param shared whether the proxy's share counts at all
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#resource-sharing-within-containers">
 *     Resource sharing within containers</a>
 */
record PodTotal(Bytes beside, Bytes least, boolean shared) {

    /** The proxy on its own. */
    static final PodTotal ALONE = new PodTotal(Bytes.ZERO, Bytes.ZERO, true);

    /** The pod-level amount, whatever the containers have. */
    static PodTotal fixed(Bytes amount) {
        return new PodTotal(Bytes.ZERO, amount, false);
    }

    static PodTotal of(Pod pod, String proxy, Function<Container, Optional<Bytes>> amount) {
        Bytes running = Bytes.ZERO;
        Bytes sidecars = Bytes.ZERO;
        Bytes beside = Bytes.ZERO;
        Bytes least = Bytes.ZERO;
        boolean started = false;
        for (Container container : pod.containers()) {
            if (container.pointer().equals(proxy)) {
                started = true;
                continue;
            }
            Bytes own = amount.apply(container).orElse(Bytes.ZERO);
            if (container.isInit() && !container.isNativeSidecar()) {
                Bytes peak = own.plus(sidecars);
                beside = started ? beside.atLeast(peak) : beside;
                least = started ? least : least.atLeast(peak);
            } else {
                running = running.plus(own);
                sidecars = container.isInit() ? sidecars.plus(own) : sidecars;
            }
        }
        return new PodTotal(beside.atLeast(running), least, true);
    }

    /** The pod's total with that share for the proxy. */
    Bytes with(Bytes share) {
        return shared ? beside.plus(share).atLeast(least) : least;
    }

    /** {@code share}, lowered so that the total is at most {@code most} where that can be. */
    Bytes under(Bytes most, Bytes share) {
        return shared ? share.atMost(most.minus(beside)) : share;
    }

    /** {@code share}, raised so that the total is at least {@code floor}. */
    Bytes above(Bytes floor, Bytes share) {
        return shared && with(share).isLess(floor) ? share.atLeast(floor.minus(beside)) : share;
    }
}
