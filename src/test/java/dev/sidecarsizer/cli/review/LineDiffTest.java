package dev.sidecarsizer.cli.review;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LineDiffTest {

    @Test
    void hunksHaveThreeLinesOfContextAndTheirPlace() {
        List<String> before =
                IntStream.rangeClosed(1, 20).mapToObj(i -> "line " + i).toList();
        List<String> after = new ArrayList<>(before);
        after.set(4, "line five");
        after.add(15, "between");

        assertThat(LineDiff.of(before, after))
                .containsExactly(
                        "@@ -2,7 +2,7 @@",
                        " line 2",
                        " line 3",
                        " line 4",
                        "-line 5",
                        "+line five",
                        " line 6",
                        " line 7",
                        " line 8",
                        "@@ -13,6 +13,7 @@",
                        " line 13",
                        " line 14",
                        " line 15",
                        "+between",
                        " line 16",
                        " line 17",
                        " line 18");
    }

    @Test
    void nothingIsToldOfWhatIsTheSame() {
        assertThat(LineDiff.of(List.of("a"), List.of("a"))).isEmpty();
        assertThat(LineDiff.of(List.of(), List.of())).isEmpty();
    }

    /** Whatever the lines are, taking away the one half of a diff gives the text before, the other half that after. */
    @Test
    void eitherSideCanBeReadFromIt() {
        Random random = new Random(7);
        for (int round = 0; round < 2_000; round++) {
            List<String> before = letters(random, random.nextInt(12));
            List<String> after = letters(random, random.nextInt(12));
            List<String> diff = LineDiff.of(before, after);
            if (!before.equals(after)
                    && diff.stream().filter(line -> line.startsWith("@@")).count() == 1) {
                assertThat(window(before, side(diff, '+'))).isTrue();
                assertThat(window(after, side(diff, '-'))).isTrue();
            }
            assertThat(edits(diff)).isEqualTo(before.size() + after.size() - 2 * common(before, after));
        }
    }

    @Test
    void aLargePodTakesNoTime() {
        List<String> before =
                IntStream.range(0, 500_000).mapToObj(i -> "- " + i % 7).toList();
        List<String> after = new ArrayList<>(before);
        after.addAll(250_000, List.of("new", "lines"));

        assertThat(assertTimeoutPreemptively(Duration.ofSeconds(10), () -> LineDiff.of(before, after)))
                .contains("+new", "+lines");
    }

    private static boolean window(List<String> text, List<String> part) {
        return String.join("\n", text).contains(String.join("\n", part));
    }

    private static List<String> side(List<String> diff, char other) {
        return diff.stream()
                .filter(line -> !line.startsWith("@@") && line.charAt(0) != other)
                .map(line -> line.substring(1))
                .toList();
    }

    private static long edits(List<String> diff) {
        return diff.stream()
                .filter(line -> line.startsWith("+") || line.startsWith("-"))
                .count();
    }

    /** The longest common subsequence, the slow way. */
    private static int common(List<String> one, List<String> other) {
        int[][] longest = new int[one.size() + 1][other.size() + 1];
        for (int i = 1; i <= one.size(); i++) {
            for (int j = 1; j <= other.size(); j++) {
                longest[i][j] = one.get(i - 1).equals(other.get(j - 1))
                        ? longest[i - 1][j - 1] + 1
                        : Math.max(longest[i - 1][j], longest[i][j - 1]);
            }
        }
        return longest[one.size()][other.size()];
    }

    private static List<String> letters(Random random, int count) {
        return Stream.generate(() -> String.valueOf((char) ('a' + random.nextInt(3))))
                .limit(count)
                .toList();
    }
}
