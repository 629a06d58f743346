package dev.sidecarsizer.sizing;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.mesh.WorkloadKey;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What else in the cluster has a say in a pod's memory.
 *
 * @param ranges the namespace's LimitRange items that bound memory
 * @param memoryQuota whether a ResourceQuota of the namespace counts memory
 * @param hpaOnMemory whether a HorizontalPodAutoscaler scales the workload by memory that includes the proxy's
 * @param vpaOwnsProxy whether a VerticalPodAutoscaler sizes the workload's proxy container
 */
public record Surroundings(List<MemoryRange> ranges, boolean memoryQuota, boolean hpaOnMemory, boolean vpaOwnsProxy) {

    /** Nobody else has a say. */
    public static final Surroundings NONE = new Surroundings(List.of(), false, false, false);

    /**
     * The memory bounds of one LimitRange item.
     *
     * @param perPod whether it bounds the pod's sum, not each container
     * @param min lowest request
     * @param max highest limit
     * @param maxLimitRequestRatio highest limit divided by request
     */
    public record MemoryRange(
            boolean perPod, @Nullable Bytes min, @Nullable Bytes max, @Nullable Double maxLimitRequestRatio) {}

    /** The port through which surroundings are read. Answers come from memory: it is called in the admission path. */
    public interface Source {

        /** The mode that the namespace's label asks for; empty where the namespace has not been seen yet. */
        Optional<Mode> mode(String namespace);

        Surroundings of(WorkloadKey workload);
    }
}
