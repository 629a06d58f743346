package dev.sidecarsizer.mesh;

/** One pod, by namespace and name. */
public record PodName(String namespace, String name) {

    /** {@code shop/reviews-6d5f9c7b88-x2x7p}. */
    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
