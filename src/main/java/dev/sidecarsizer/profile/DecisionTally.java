package dev.sidecarsizer.profile;

import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.Mode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How often one decision was made for pods of a workload.
 *
 * @param mode mode under which it was made
 * @param decision {@code Resize} or {@code Keep}
 * @param reason why: the word of the decision
 * @param count how often
 * @param lastSeen when last
 * @param before memory of the pod as it came, the last time
 * @param after memory that it got, or would have got; {@code null} for {@code Keep}
 */
public record DecisionTally(
        Mode mode,
        String decision,
        String reason,
        long count,
        Instant lastSeen,
        Memory before,
        @Nullable Memory after) {

    /** How many different ones the schema of a profile has room for. */
    public static final int MOST = 32;

    /** The same decision counted together; the later one's circumstances stand. */
    public DecisionTally plus(DecisionTally other) {
        DecisionTally later = other.lastSeen.isBefore(lastSeen) ? this : other;
        return new DecisionTally(
                mode, decision, reason, count + other.count, later.lastSeen, later.before, later.after);
    }

    public boolean sameDecision(DecisionTally other) {
        return mode == other.mode && decision.equals(other.decision) && reason.equals(other.reason);
    }
}
