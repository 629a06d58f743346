package dev.sidecarsizer.collect.envoy;

import java.util.concurrent.atomic.AtomicLong;

/** How often it was looked without Prometheus, over all terms of this replica. */
public final class Looked {

    private final AtomicLong samples = new AtomicLong();
    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong failedReads = new AtomicLong();

    void sampled() {
        samples.incrementAndGet();
    }

    void read() {
        reads.incrementAndGet();
    }

    void notRead() {
        failedReads.incrementAndGet();
    }

    /** Samples of the metrics API that counted: each once, however often it was served. */
    public long samples() {
        return samples.get();
    }

    /** How often a proxy's statistics were read. */
    public long reads() {
        return reads.get();
    }

    /** How often they could not be. */
    public long failedReads() {
        return failedReads.get();
    }
}
