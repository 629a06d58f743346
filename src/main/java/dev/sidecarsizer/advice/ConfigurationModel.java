package dev.sidecarsizer.advice;

import dev.sidecarsizer.mesh.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * What Envoy's configuration costs, and what fewer clusters would leave.
 *
 * <pre>{@code perCluster = (allocated − 7.4 MB − 32 KiB · connections) / (clusters − 8), at most 256 KiB
 * saved      = perCluster · (clusters − 8 − 2 · services called)}</pre>
 *
 * <p>Memory grows with clusters in a straight line, and endpoints, listeners and routes grow with them: so what each cluster
 * costs this proxy is read off its own memory, and only the constant was fitted. 7.4 MB is what an Envoy with two worker
 * threads takes for the 8 clusters that Istio always gives it, from 100 services of 1 endpoint and 1,000 of 50; other sizes
 * are predicted within a few per cent ({@code docs/findings.md}, {@code bench/configuration}). A service is taken to have two
 * ports, and as many subsets as others have. A connection counts 32 KiB, in the middle of the 20 to 64 that one costs; what requests in flight hold is taken for
 * configuration, up to 256 KiB a cluster, as much as 100 endpoints would be.
 */
final class ConfigurationModel {

    /** Of a service that is called. */
    private static final int PORTS = 2;

    private static final long CLUSTERS_ALWAYS_THERE = 8;
    private static final double BASE = 7.4e6;
    private static final double PER_CONNECTION = 32 << 10;
    private static final double MOST_PER_CLUSTER = 256 << 10;

    private ConfigurationModel() {}

    /**
     * What would not be in use any more.
     *
     * @param allocated in use by Envoy
     * @param clusters in its configuration
     * @param connections open ones; {@code null} where not known
     * @param called services that it would still know
     * @param each how many clusters subsets make of one
     */
    static Bytes saved(Bytes allocated, long clusters, @Nullable Long connections, int called, double each) {
        return cost(
                allocated, clusters, connections, clusters - CLUSTERS_ALWAYS_THERE - Math.round(PORTS * each * called));
    }

    /**
     * What so many of the clusters cost; the others as above.
     *
     * @param some none, where it is less
     */
    static Bytes cost(Bytes allocated, long clusters, @Nullable Long connections, long some) {
        double configuration =
                allocated.value() - BASE - PER_CONNECTION * (connections == null ? 0 : connections.doubleValue());
        double perCluster = Math.min(MOST_PER_CLUSTER, configuration / Math.max(1, clusters - CLUSTERS_ALWAYS_THERE));
        return new Bytes(Math.max(0, Math.round(perCluster * some)));
    }
}
