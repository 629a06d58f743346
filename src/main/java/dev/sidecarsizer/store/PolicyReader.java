package dev.sidecarsizer.store;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Relief;
import dev.sidecarsizer.profile.Rollout.Plan;
import dev.sidecarsizer.sizing.SizingPolicy;
import dev.sidecarsizer.store.Typed.Unreadable;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stored {@code SidecarPolicy}. A policy out of bounds stays in force with its fault: its pods are kept as they
 * came, for the operator's wish is not known.
 */
final class PolicyReader {

    private static final double HIGHEST_RISK = 0.5;
    private static final double HIGHEST_HEADROOM = 10;
    private static final Duration LONGEST_HISTORY = Duration.ofDays(90);
    private static final int ALL = 100;
    private static final Duration SHORTEST_TRIAL = Duration.ofSeconds(1);
    private static final Duration USUAL_TRIAL = Duration.ofDays(1);
    private static final Duration LONGEST_TRIAL = Duration.ofDays(30);
    private static final int MOST_LABELS = 16;
    private static final int MOST_GROUPS = 8;
    private static final Pattern LABEL_KEY =
            Pattern.compile("([a-z0-9.-]{1,253}/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?");

    private PolicyReader() {}

    /**
     * A policy and the labels of the pods that it is for.
     *
     * @param labels all of them must be there; empty for every pod
     */
    record Read(Map<String, String> labels, SizingPolicy policy) {}

    static Read read(StoredObject object) {
        SidecarPolicy.Spec spec;
        try {
            spec = Typed.of("spec", object.body().get("spec"), SidecarPolicy.Spec.class);
        } catch (Unreadable wrong) {
            return new Read(Map.of(), SizingPolicy.faulty(object.path(), String.valueOf(wrong.getMessage())));
        }
        if (spec == null) {
            return new Read(
                    Map.of(),
                    SizingPolicy.faulty(object.path(), "spec: is missing; write spec: {} to accept all defaults"));
        }
        Reading reading = new Reading();
        Map<String, String> labels = labels(reading, spec.selector());
        SizingPolicy policy = policy(reading, object.path(), spec);
        String fault = reading.fault();
        return new Read(labels, fault == null ? policy : SizingPolicy.faulty(object.path(), fault));
    }

    private static SizingPolicy policy(Reading reading, String name, SidecarPolicy.Spec spec) {
        SizingPolicy defaults = SizingPolicy.DEFAULT;
        Bytes floor = Objects.requireNonNullElse(
                reading.memory("spec.floor", spec.floor(), Reading.LEAST_MEMORY, "64Mi"), defaults.floor());
        Bytes ceiling = Objects.requireNonNullElse(
                reading.memory("spec.ceiling", spec.ceiling(), Reading.LEAST_MEMORY, "1Gi"), defaults.ceiling());
        if (floor.isMore(ceiling)) {
            reading.fault("spec.floor " + floor + ": must not be above spec.ceiling " + ceiling
                    + " (where left out, they are 64Mi and 1Gi); lower the one or raise the other");
        }
        SidecarPolicy.IdleTimeout idle = spec.idleTimeout();
        return new SizingPolicy(
                name,
                risk(reading, spec.oomRisk(), spec.headroom()),
                headroom(reading, spec.headroom()),
                floor,
                ceiling,
                spec.minHistory() == null ? defaults.minHistory() : history(reading, spec.minHistory()),
                rollout(reading, spec.rollout()),
                idle == null || idle.http() == null
                        ? defaults.httpIdleTimeout()
                        : idle(reading, "spec.idleTimeout.http", idle.http()),
                idle == null ? defaults.tcpIdleTimeout() : idle(reading, "spec.idleTimeout.tcp", idle.tcp()),
                spec.overload() == null || !Boolean.FALSE.equals(spec.overload().enabled()),
                Boolean.TRUE.equals(spec.gateways()),
                groupBy(reading, spec.groupBy()),
                relief(reading, spec.oomLoop()),
                null);
    }

    /** A headroom named without a risk is asked for in its place. */
    private static @Nullable Double risk(Reading reading, @Nullable Double risk, @Nullable Double headroom) {
        if (risk == null) {
            return headroom == null ? SizingPolicy.DEFAULT.oomRisk() : null;
        }
        if (!(risk > 0 && risk <= HIGHEST_RISK)) {
            reading.fault("spec.oomRisk " + risk + ": must be above 0 and at most 0.5, for example 0.001");
        }
        return risk;
    }

    private static double headroom(Reading reading, @Nullable Double headroom) {
        if (headroom == null) {
            return SizingPolicy.DEFAULT.headroom();
        }
        if (!(headroom >= 1 && headroom <= HIGHEST_HEADROOM)) {
            reading.fault("spec.headroom " + headroom + ": must be a factor from 1 to 10, for example 1.2");
        }
        return headroom;
    }

    private static Duration history(Reading reading, String text) {
        if (text.equals("none")) {
            reading.fault("spec.minHistory \"none\": must be a duration, for example 0s for none or 24h");
        }
        return Objects.requireNonNullElse(
                reading.duration("spec.minHistory", text, Duration.ZERO, LONGEST_HISTORY, "24h"), Duration.ZERO);
    }

    /** All at once is no rollout. */
    private static @Nullable Plan rollout(Reading reading, SidecarPolicy.@Nullable Rollout stored) {
        if (stored == null) {
            return null;
        }
        int percent = Objects.requireNonNullElse(stored.percent(), ALL);
        if (percent < 1 || percent > ALL) {
            reading.fault("spec.rollout.percent " + percent + ": must be from 1 to 100, for example 10");
        }
        if ("none".equals(stored.after())) {
            reading.fault("spec.rollout.after \"none\": must be a duration, for example 24h");
        }
        Duration trial = reading.duration("spec.rollout.after", stored.after(), SHORTEST_TRIAL, LONGEST_TRIAL, "24h");
        String then = Objects.requireNonNullElse(stored.then(), "all");
        if (!then.equals("all") && !then.equals("hold")) {
            reading.fault("spec.rollout.then " + Reading.shown(then) + ": must be all or hold");
        }
        return percent == ALL ? null : new Plan(percent, trial == null ? USUAL_TRIAL : trial, then.equals("all"));
    }

    private static @Nullable Duration idle(Reading reading, String field, @Nullable String text) {
        return reading.duration(field, text, Duration.ofSeconds(1), Duration.ofHours(24), "300s, or none");
    }

    private static Relief relief(Reading reading, @Nullable String text) {
        if (text == null) {
            return SizingPolicy.DEFAULT.oomLoop();
        }
        return Stream.of(Relief.values())
                .filter(relief -> relief.toString().equals(text))
                .findFirst()
                .orElseGet(() -> {
                    reading.fault("spec.oomLoop " + Reading.shown(text) + ": must be tell, resize or evict");
                    return Relief.TELL;
                });
    }

    private static Map<String, String> labels(Reading reading, SidecarPolicy.@Nullable Selector selector) {
        if (selector == null || selector.matchLabels() == null) {
            return Map.of();
        }
        if (selector.matchLabels().size() > MOST_LABELS) {
            reading.fault("spec.selector.matchLabels: has "
                    + selector.matchLabels().size() + " labels, must have at" + " most " + MOST_LABELS);
            return Map.of();
        }
        Map<String, String> labels = new HashMap<>();
        selector.matchLabels().forEach((key, value) -> labels.put(key, Objects.requireNonNullElse(value, "")));
        return Map.copyOf(labels);
    }

    private static List<String> groupBy(Reading reading, @Nullable List<@Nullable String> keys) {
        if (keys == null) {
            return List.of();
        }
        if (keys.size() > MOST_GROUPS) {
            reading.fault("spec.groupBy: has " + keys.size() + " labels, must have at most " + MOST_GROUPS);
            return List.of();
        }
        for (String key : keys) {
            if (key == null || key.length() > 317 || !LABEL_KEY.matcher(key).matches()) {
                reading.fault("spec.groupBy " + Reading.shown(String.valueOf(key))
                        + ": must be the key of a label, for example workflows.argoproj.io/workflow-template");
                return List.of();
            }
        }
        return keys.stream().map(String::valueOf).toList();
    }
}
