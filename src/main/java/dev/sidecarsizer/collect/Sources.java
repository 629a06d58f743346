package dev.sidecarsizer.collect;

/** Opens what a term reads from; the term closes it. */
public interface Sources {

    /**
     * The pods, not watched yet.
     *
     * @param killed told of each kernel kill of a proxy
     */
    Pods pods(Pods.Killed killed);

    /** What the proxies of {@code pods} use. */
    Open usage(Pods pods);

    /**
     * An open source of usage.
     *
     * @param end ends it
     */
    record Open(UsageSource usage, Runnable end) implements AutoCloseable {

        @Override
        public void close() {
            end.run();
        }
    }
}
