package dev.sidecarsizer.audit.whatif;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.profile.history.Target;
import dev.sidecarsizer.sizing.SizingPolicy;
import java.math.BigDecimal;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The terms that are asked about.
 *
 * @param risk accepted chance of an OOM kill per pod and week, above 0 and at most 0.5
 * @param headroom a fixed factor instead, from 1 to 10; {@code null} for the risk
 * @param floor no limit below, at least 16Mi
 * @param ceiling no limit above, from {@code floor} to 1Ti
 */
public record Asked(double risk, @Nullable Double headroom, Bytes floor, Bytes ceiling) {

    private static final double MOST_RISK = 0.5;
    private static final double MOST_HEADROOM = 10;
    private static final Bytes LEAST = Bytes.mebi(16);
    private static final Bytes MOST = Bytes.mebi(1 << 20);

    public Asked {
        if (!(risk > 0 && risk <= MOST_RISK)) {
            throw new IllegalArgumentException("risk " + risk + " must be above 0 and at most 0.5, such as 0.001.");
        }
        if (headroom != null && !(headroom >= 1 && headroom <= MOST_HEADROOM)) {
            throw new IllegalArgumentException("headroom " + headroom + " must be from 1 to 10, such as 1.2.");
        }
        if (floor.isLess(LEAST) || ceiling.isMore(MOST) || floor.isMore(ceiling)) {
            throw new IllegalArgumentException("floor " + floor + " and ceiling " + ceiling
                    + " must be from 16Mi to 1Ti, the floor no more than the ceiling, such as 64Mi and 1Gi.");
        }
    }

    /**
     * Reads parameters; what is left out is as without any policy.
     *
     * @throws IllegalArgumentException naming the one that cannot be used, and what it may be
     */
    public static Asked of(Function<String, @Nullable String> parameters) {
        SizingPolicy without = SizingPolicy.DEFAULT;
        Double risk = number("risk", parameters.apply("risk"));
        return new Asked(
                risk == null ? Objects.requireNonNull(without.oomRisk()) : risk,
                number("headroom", parameters.apply("headroom")),
                memory("floor", parameters.apply("floor"), without.floor()),
                memory("ceiling", parameters.apply("ceiling"), without.ceiling()));
    }

    Target target() {
        return headroom == null ? new Target.Risk(risk) : new Target.Headroom(headroom);
    }

    /** The policy that {@code target} is a part of. */
    SizingPolicy policy() {
        SizingPolicy without = SizingPolicy.DEFAULT;
        return new SizingPolicy(
                "what-if",
                headroom == null ? risk : null,
                headroom == null ? without.headroom() : headroom,
                floor,
                ceiling,
                without.minHistory(),
                without.httpIdleTimeout(),
                without.tcpIdleTimeout(),
                without.overload(),
                without.gateways(),
                without.groupBy(),
                null);
    }

    /** The same, at another risk. */
    Asked atRisk(double other) {
        return new Asked(other, null, floor, ceiling);
    }

    /** What has these terms kept in the whole mesh. */
    public String yaml(String namespace) {
        return """
                apiVersion: sidecar-sizer.dev/v1alpha1
                kind: SidecarPolicy
                metadata:
                  name: mesh
                  namespace: %s
                spec:
                  %s
                  floor: %s
                  ceiling: %s
                """
                .formatted(
                        namespace,
                        headroom == null ? "oomRisk: " + plain(risk) : "headroom: " + plain(headroom),
                        floor,
                        ceiling);
    }

    private static String plain(double number) {
        return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }

    private static @Nullable Double number(String name, @Nullable String text) {
        try {
            return text == null || text.isEmpty() ? null : (Double) Double.parseDouble(text);
        } catch (NumberFormatException none) {
            throw new IllegalArgumentException(
                    name + " must be a number, such as " + (name.equals("risk") ? "0.001." : "1.2."), none);
        }
    }

    private static Bytes memory(String name, @Nullable String text, Bytes without) {
        try {
            return text == null || text.isEmpty() ? without : Bytes.parse(text);
        } catch (IllegalArgumentException none) {
            throw new IllegalArgumentException(name + " must be an amount of memory, such as " + without + ".", none);
        }
    }
}
