package dev.sidecarsizer.cli.review;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What turns some lines into others, as a unified diff. By Myers' greedy algorithm, whose time and memory grow with the
 * number of differences: a patch makes few, however large the pod is.
 *
 * @see <a href="https://doi.org/10.1007/BF01840446">An O(ND) difference algorithm and its variations</a>
 */
final class LineDiff {

    private static final int CONTEXT = 3;

    private final List<String> before;
    private final List<String> after;

    private LineDiff(List<String> before, List<String> after) {
        this.before = before;
        this.after = after;
    }

    /** Hunks with their heads; nothing where all lines are the same. */
    static List<String> of(List<String> before, List<String> after) {
        return hunks(new LineDiff(before, after).script());
    }

    /** All lines, each after a space, a minus or a plus. */
    private List<String> script() {
        List<int[]> furthest = furthest();
        List<String> backwards = new ArrayList<>();
        int x = before.size();
        int y = after.size();
        for (int edits = furthest.size(); edits > 0; edits--) {
            int[] reached = furthest.get(edits - 1);
            int diagonal = cameFrom(reached, edits, x - y);
            int fromX = reached[diagonal + edits - 1];
            int fromY = fromX - diagonal;
            for (; x > fromX && y > fromY; x--, y--) {
                backwards.add(" " + before.get(x - 1));
            }
            backwards.add(x == fromX ? "+" + after.get(fromY) : "-" + before.get(fromX));
            x = fromX;
            y = fromY;
        }
        for (; x > 0; x--) {
            backwards.add(" " + before.get(x - 1));
        }
        return backwards.reversed();
    }

    /** For each number of edits that is too few, how far before's lines go on each diagonal. */
    private List<int[]> furthest() {
        List<int[]> furthest = new ArrayList<>();
        int[] reached = {0};
        for (int edits = 0; ; edits++) {
            int[] now = new int[2 * edits + 1];
            for (int diagonal = -edits; diagonal <= edits; diagonal += 2) {
                int x = 0;
                if (edits > 0) {
                    int from = cameFrom(reached, edits, diagonal);
                    x = reached[from + edits - 1] + (from < diagonal ? 1 : 0);
                }
                while (x < before.size()
                        && x - diagonal < after.size()
                        && before.get(x).equals(after.get(x - diagonal))) {
                    x++;
                }
                now[diagonal + edits] = x;
                if (x >= before.size() && x - diagonal >= after.size()) {
                    return furthest;
                }
            }
            furthest.add(now);
            reached = now;
        }
    }

    /** The diagonal that {@code diagonal} is best reached from by its last edit. */
    private static int cameFrom(int[] reached, int edits, int diagonal) {
        boolean added =
                diagonal == -edits || (diagonal != edits && reached[diagonal + edits - 2] < reached[diagonal + edits]);
        return added ? diagonal + 1 : diagonal - 1;
    }

    private static List<String> hunks(List<String> script) {
        boolean[] shown = new boolean[script.size()];
        for (int i = 0; i < shown.length; i++) {
            if (script.get(i).charAt(0) != ' ') {
                Arrays.fill(shown, Math.max(0, i - CONTEXT), Math.min(shown.length, i + CONTEXT + 1), true);
            }
        }
        List<String> hunks = new ArrayList<>();
        int[] line = {1, 1};
        for (int i = 0; i < shown.length; ) {
            int end = i;
            while (end < shown.length && shown[end] == shown[i]) {
                end++;
            }
            List<String> part = script.subList(i, end);
            int old = count(part, '+');
            int fresh = count(part, '-');
            if (shown[i]) {
                hunks.add("@@ -%d,%d +%d,%d @@".formatted(line[0], old, line[1], fresh));
                hunks.addAll(part);
            }
            line[0] += old;
            line[1] += fresh;
            i = end;
        }
        return hunks;
    }

    /** Lines on the side that those with {@code mark} are not of. */
    private static int count(List<String> part, char mark) {
        return (int) part.stream().filter(line -> line.charAt(0) != mark).count();
    }
}
