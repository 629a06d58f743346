package dev.sidecarsizer.mesh;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * An amount of memory, in bytes, never negative.
 *
 * <p>Reads Kubernetes quantities ({@code 128Mi}, {@code 1.5Gi}, {@code 1e9}, {@code 131072k}) and writes the shortest
 * binary form ({@code 192Mi}, {@code 1Gi}). Quantities come from strangers, so length and exponent are bounded before
 * any arithmetic: {@code 1e999999999} is refused in the time it takes to read it.
 *
 * @param value bytes
 * @see <a href="https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/">Quantity</a>
 */
public record Bytes(long value) implements Comparable<Bytes> {

    public static final Bytes ZERO = new Bytes(0);

    private static final long MEBIBYTE = 1L << 20;
    private static final long MOST_MEBIBYTES = Long.MAX_VALUE / MEBIBYTE;
    private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);
    private static final String[] BINARY = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};

    public Bytes {
        if (value < 0) {
            throw new IllegalArgumentException("memory of " + value + " bytes: must not be negative");
        }
    }

    public static Bytes mebi(long mebibytes) {
        return new Bytes(Math.multiplyExact(mebibytes, MEBIBYTE));
    }

    /**
     * Reads a Kubernetes quantity; a fraction of a byte is rounded up, as Kubernetes does.
     *
     * @throws IllegalArgumentException naming the text, where it is no quantity, negative, absurdly long, or more than
     *     2<sup>63</sup>−1 bytes
     */
    public static Bytes parse(String quantity) {
        BigDecimal number = Quantity.parse(quantity).setScale(0, RoundingMode.CEILING);
        if (number.compareTo(MOST) > 0) {
            throw new IllegalArgumentException("\"" + quantity
                    + "\" is 8Ei or more: write an amount of memory that a node can have, for example 192Mi");
        }
        return new Bytes(number.longValueExact());
    }

    /** The same of what others wrote; {@code null} where that is no amount of memory, or nothing. */
    public static @Nullable Bytes orNull(@Nullable String quantity) {
        try {
            return quantity == null ? null : parse(quantity);
        } catch (IllegalArgumentException strange) {
            return null;
        }
    }

    /**
     * This amount times {@code factor}, rounded up to a whole MiB, so that people can read it; the most that there is
     * where that is more.
     */
    public Bytes times(double factor) {
        double mebibytes = Math.ceil(value * factor / MEBIBYTE);
        return mebibytes <= MOST_MEBIBYTES ? mebi((long) mebibytes) : new Bytes(Long.MAX_VALUE);
    }

    public Bytes plus(Bytes other) {
        long sum = value + other.value;
        return new Bytes(sum < 0 ? Long.MAX_VALUE : sum);
    }

    /** What is left after taking {@code other} away; zero where {@code other} is more. */
    public Bytes minus(Bytes other) {
        return new Bytes(Math.max(0, value - other.value));
    }

    public Bytes atLeast(Bytes floor) {
        return isLess(floor) ? floor : this;
    }

    public Bytes atMost(Bytes ceiling) {
        return isMore(ceiling) ? ceiling : this;
    }

    public boolean isLess(Bytes other) {
        return value < other.value;
    }

    public boolean isMore(Bytes other) {
        return value > other.value;
    }

    @Override
    public int compareTo(Bytes other) {
        return Long.compare(value, other.value);
    }

    /** The quantity as Kubernetes writes it: the largest binary unit that divides it. */
    @Override
    public String toString() {
        long rest = value;
        int unit = 0;
        while (rest != 0 && rest % 1024 == 0 && unit < BINARY.length - 1) {
            rest /= 1024;
            unit++;
        }
        return rest + BINARY[unit];
    }
}
