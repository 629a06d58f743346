package dev.sidecarsizer.audit;

import dev.sidecarsizer.profile.DecisionTally;
import java.util.ArrayList;
import java.util.List;

/**
 * What was decided for one workload since it was last written.
 *
 * @param tallies one for each mode, decision and reason
 * @param due when to write, on {@link System#nanoTime()}'s clock
 * @param failures how often writing failed in a row
 */
record Unwritten(List<DecisionTally> tallies, long due, int failures) {

    /** This with {@code more}. */
    Unwritten with(List<DecisionTally> more) {
        List<DecisionTally> sum = new ArrayList<>(tallies);
        for (DecisionTally tally : more) {
            int at = indexOf(sum, tally);
            if (at >= 0) {
                sum.set(at, sum.get(at).plus(tally));
            } else {
                sum.add(tally);
            }
        }
        return new Unwritten(List.copyOf(sum), due, failures);
    }

    boolean hasRoomFor(DecisionTally tally) {
        return tallies.size() < DecisionTally.MOST || indexOf(tallies, tally) >= 0;
    }

    private static int indexOf(List<DecisionTally> tallies, DecisionTally sought) {
        for (int i = 0; i < tallies.size(); i++) {
            if (tallies.get(i).sameDecision(sought)) {
                return i;
            }
        }
        return -1;
    }
}
