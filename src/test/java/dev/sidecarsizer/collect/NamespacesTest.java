package dev.sidecarsizer.collect;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whose past is read, and when. */
class NamespacesTest {

    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final Set<String> optedIn = new HashSet<>(Set.of("a", "b", "c", "old"));
    private final Namespaces namespaces = new Namespaces(optedIn::contains, Set.of("old"), MINUTE);

    @Test
    void ofAllNewcomersThePastIsReadTogether() {
        meet("a", "b", "old");

        assertThat(namespaces.newcomers(NOON)).containsExactlyInAnyOrder("a", "b");

        namespaces.pastIsRead(Set.of("a", "b"));
        assertThat(namespaces.newcomers(NOON)).isEmpty();
        assertThat(namespaces.known()).containsExactly("a", "b", "old");
    }

    @Test
    void afterAFailureTheyAreReadOneByOne() {
        meet("a", "b");
        namespaces.pastFailed(Set.of("a", "b"), NOON);

        Set<String> first = namespaces.newcomers(NOON);
        assertThat(first).hasSize(1);
        namespaces.pastFailed(first, NOON);
        Set<String> second = namespaces.newcomers(NOON);
        assertThat(second).hasSize(1).doesNotContainAnyElementsOf(first);
        namespaces.pastIsRead(second);

        assertThat(namespaces.newcomers(NOON)).as("it has had its turn").isEmpty();
        assertThat(namespaces.newcomers(NOON.plus(MINUTE))).isEqualTo(first);
    }

    @Test
    void whatFailsAgainAndAgainIsLeftAloneForAnHourAtMost() {
        meet("a");
        Instant at = NOON;
        for (int minutes : new int[] {1, 2, 4, 8, 16, 32, 60, 60}) {
            assertThat(namespaces.newcomers(at)).containsExactly("a");
            namespaces.pastFailed(Set.of("a"), at);
            at = at.plus(MINUTE.multipliedBy(minutes));
            assertThat(namespaces.newcomers(at.minusSeconds(1))).isEmpty();
        }
        namespaces.pastIsRead(Set.of("a"));
        assertThat(namespaces.newcomers(at)).isEmpty();
        meet("b", "c");
        assertThat(namespaces.newcomers(at)).as("no more reason for one by one").hasSize(2);
    }

    @Test
    void oneThatOptsInAgainHasAPastToBeReadThen() {
        optedIn.remove("old");
        namespaces.dropWhatOptedOut();
        assertThat(namespaces.known()).isEmpty();

        optedIn.add("old");
        meet("old");

        assertThat(namespaces.newcomers(NOON)).containsExactly("old");
    }

    @Test
    void oneThatOptsInWhileAllIsReadFromTheBeginningHasWindowsThatWerePassedOver() {
        namespaces.meet("d", true);
        namespaces.meet("a", true);
        optedIn.add("d");
        namespaces.meet("d", true);

        assertThat(namespaces.known()).containsExactly("a", "old");
        assertThat(namespaces.newcomers(NOON)).containsExactly("d");
    }

    private void meet(String... some) {
        for (String one : some) {
            namespaces.meet(one, false);
        }
    }
}
