package dev.sidecarsizer.collect;

import dev.sidecarsizer.collect.kubernetes.LivePods;

/** Opens what a term reads from; the term closes it. */
public interface Sources {

    /**
     * The pods that run now, not watched yet.
     *
     * @param killed told of each kernel kill of a proxy
     */
    LivePods pods(LivePods.Killed killed);

    /** What the proxies of {@code pods} use. */
    Open usage(LivePods pods);

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
