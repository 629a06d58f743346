package dev.sidecarsizer.audit.whatif;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.profile.Rollout.Plan;
import dev.sidecarsizer.profile.history.Target;
import dev.sidecarsizer.sizing.SizingPolicy;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The terms that are asked about.
 *
 * @param base the policy that is in force, which says the rest
 * @param risk accepted chance of an OOM kill per pod and week, above 0 and at most 0.5
 * @param headroom a fixed factor instead, from 1 to 10; {@code null} for the risk
 * @param floor no limit below, at least 16Mi
 * @param ceiling no limit above, from {@code floor} to 1Ti
 */
public record Asked(SizingPolicy base, double risk, @Nullable Double headroom, Bytes floor, Bytes ceiling) {

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
     * Reads parameters; what is left out is as in {@code base}, of which one that must not be used says nothing.
     *
     * @throws IllegalArgumentException naming the one that cannot be used, and what it may be
     */
    public static Asked of(Function<String, @Nullable String> parameters, SizingPolicy base) {
        SizingPolicy now = base.fault() == null ? base : SizingPolicy.DEFAULT;
        Double risk = number("risk", parameters.apply("risk"));
        Double headroom = number("headroom", parameters.apply("headroom"));
        boolean byHeadroom = risk == null && headroom == null && now.oomRisk() == null;
        return new Asked(
                now,
                risk == null
                        ? Objects.requireNonNullElse(
                                now.oomRisk(), Objects.requireNonNull(SizingPolicy.DEFAULT.oomRisk()))
                        : risk,
                byHeadroom ? (Double) now.headroom() : headroom,
                memory("floor", parameters.apply("floor"), now.floor()),
                memory("ceiling", parameters.apply("ceiling"), now.ceiling()));
    }

    Target target() {
        return headroom == null ? new Target.Risk(risk) : new Target.Headroom(headroom);
    }

    /** The policy that {@code target} is a part of. */
    SizingPolicy policy() {
        return new SizingPolicy(
                "what-if",
                headroom == null ? risk : null,
                headroom == null ? base.headroom() : headroom,
                floor,
                ceiling,
                base.minHistory(),
                base.rollout(),
                base.httpIdleTimeout(),
                base.tcpIdleTimeout(),
                base.overload(),
                base.gateways(),
                base.groupBy(),
                base.oomLoop(),
                null);
    }

    /** The same, at another risk. */
    Asked atRisk(double other) {
        return new Asked(base, other, null, floor, ceiling);
    }

    /** The name of the object that says {@link #base()} in the whole mesh; {@code null} where none does. */
    public @Nullable String replaced() {
        return base.equals(SizingPolicy.DEFAULT) ? null : base.name();
    }

    /** What has these terms kept in the whole mesh, in place of what {@link #base()} says. */
    public String yaml(String namespace) {
        String before = replaced();
        StringBuilder yaml = new StringBuilder(
                """
                apiVersion: sidecar-sizer.dev/v1alpha1
                kind: SidecarPolicy
                metadata:
                  name: %s
                  namespace: %s
                spec:
                  %s
                  floor: %s
                  ceiling: %s
                """
                        .formatted(
                                before == null ? "mesh" : before.substring(before.indexOf('/') + 1),
                                namespace,
                                headroom == null ? "oomRisk: " + plain(risk) : "headroom: " + plain(headroom),
                                floor,
                                ceiling));
        SizingPolicy without = SizingPolicy.DEFAULT;
        if (headroom == null && base.headroom() != without.headroom()) {
            yaml.append("  headroom: ").append(plain(base.headroom())).append('\n');
        }
        if (!base.minHistory().equals(without.minHistory())) {
            yaml.append("  minHistory: ").append(seconds(base.minHistory())).append('\n');
        }
        Plan rollout = base.rollout();
        if (rollout != null) {
            yaml.append("  rollout: {percent: %d, after: %s, then: %s}\n"
                    .formatted(rollout.percent(), seconds(rollout.trial()), rollout.goesOn() ? "all" : "hold"));
        }
        if (!Objects.equals(base.httpIdleTimeout(), without.httpIdleTimeout())
                || !Objects.equals(base.tcpIdleTimeout(), without.tcpIdleTimeout())) {
            yaml.append("  idleTimeout: {http: ")
                    .append(seconds(base.httpIdleTimeout()))
                    .append(", tcp: ")
                    .append(seconds(base.tcpIdleTimeout()))
                    .append("}\n");
        }
        if (!base.overload()) {
            yaml.append("  overload: {enabled: false}\n");
        }
        if (base.gateways()) {
            yaml.append("  gateways: true\n");
        }
        if (!base.groupBy().isEmpty()) {
            yaml.append("  groupBy: [")
                    .append(String.join(", ", base.groupBy()))
                    .append("]\n");
        }
        if (base.oomLoop() != without.oomLoop()) {
            yaml.append("  oomLoop: ").append(base.oomLoop()).append('\n');
        }
        return yaml.toString();
    }

    private static String seconds(@Nullable Duration duration) {
        return duration == null ? "none" : duration.toSeconds() + "s";
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
