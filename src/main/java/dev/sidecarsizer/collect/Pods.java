package dev.sidecarsizer.collect;

import dev.sidecarsizer.collect.LivePod.OomKill;
import dev.sidecarsizer.mesh.PodName;
import java.util.List;

/** The pods with a sidecar, watched for the length of a term. */
public interface Pods extends AutoCloseable {

    /** Starts to watch and returns at once. */
    void start();

    /** Whether all pods have been seen once: until then a pod that is not known may live. */
    boolean synced();

    /** Those that live, in the namespaces that are learnt from. */
    List<LivePod> all();

    /** What is known of the pod of that name, also for a while after it is gone: its last window is read later. */
    Known find(PodName name);

    @Override
    void close();

    /** What is known of a pod. */
    sealed interface Known {

        /**
         * It has a sidecar of ours to size.
         *
         * @param pod as it was seen last
         * @param lives whether it is still there
         */
        record Ours(LivePod pod, boolean lives) implements Known {}

        /**
         * It was seen, and nothing is to be learnt from it: its namespace has not opted in, or its proxy is another, for a
         * gateway's is called istio-proxy too.
         */
        record NotOurs() implements Known {}

        /** It was never seen, or is gone for so long that it is forgotten: whose it was, only others may know. */
        record Unknown() implements Known {}
    }

    /** Is told of kernel kills. */
    @FunctionalInterface
    interface Killed {

        /**
         * A kill was seen: each once, however often its pod changes; also those from before the watch began, which the
         * history may know.
         */
        void killed(LivePod pod, OomKill kill);
    }
}
