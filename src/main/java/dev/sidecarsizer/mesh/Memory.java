package dev.sidecarsizer.mesh;

import org.jspecify.annotations.Nullable;

/**
 * A container's memory resources.
 *
 * @param request what the scheduler reserves; {@code null} where none is set
 * @param limit what the kernel enforces; {@code null} where none is set
 */
public record Memory(@Nullable Bytes request, @Nullable Bytes limit) {

    /** What Istio's injection gives a proxy where nobody says otherwise. */
    public static final Memory OF_ISTIO = new Memory(Bytes.mebi(128), Bytes.mebi(1024));

    /** Of no container. */
    public static final Memory NONE = new Memory(Bytes.ZERO, Bytes.ZERO);

    /** Of both together; what is not set adds nothing. */
    public Memory plus(Memory other) {
        return new Memory(sum(request, other.request), sum(limit, other.limit));
    }

    /** Of so many containers together. */
    public Memory times(int containers) {
        return new Memory(
                request == null ? null : request.times(containers), limit == null ? null : limit.times(containers));
    }

    private static @Nullable Bytes sum(@Nullable Bytes one, @Nullable Bytes other) {
        return one == null || other == null ? (one == null ? other : one) : one.plus(other);
    }

    /** {@code 96Mi/192Mi}, request before limit, for people. */
    @Override
    public String toString() {
        return (request == null ? "-" : request) + "/" + (limit == null ? "-" : limit);
    }
}
