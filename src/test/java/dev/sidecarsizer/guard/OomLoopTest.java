package dev.sidecarsizer.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.guard.OomLoop.Course;
import dev.sidecarsizer.guard.OomLoop.Prospect;
import dev.sidecarsizer.guard.OomLoop.Step;
import dev.sidecarsizer.guard.OomLoop.Trouble;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.mesh.Relief;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class OomLoopTest {

    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final Memory HAS = memory(96, 192);
    private static final Memory MORE = memory(64, 288);

    @ParameterizedTest
    @CsvSource({
        // seconds ago of each kill, whether that is a loop
        "'', false",
        "'10', false",
        "'10, 10', false",
        "'300, 10', true",
        "'610, 10', true",
        "'611, 10', false",
        "'900, 601', false",
        "'900, 800, 601', false",
        "'3000, 300, 10', true",
        // the node's clock is ahead
        "'10, -100', true"
    })
    void twoKillsWithinTenMinutesAreALoopAslongAsThatIsFresh(String ago, boolean loops) {
        Course course = Course.BEGIN;
        for (String seconds : ago.split(", ", -1)) {
            course = seconds.isEmpty() ? course : course.killed(NOW.minusSeconds(Long.parseLong(seconds)), NOW);
        }

        assertThat(course.trouble(NOW).isPresent()).isEqualTo(loops);
    }

    @Test
    void killsThatAreToldOutOfOrderAreALoopToo() {
        assertThat(Course.BEGIN
                        .killed(NOW.minusSeconds(10), NOW)
                        .killed(NOW.minusSeconds(90), NOW)
                        .trouble(NOW))
                .contains(Trouble.KILLED);
    }

    @ParameterizedTest
    @CsvSource({
        // seconds ago of each look that found it refusing, or that a look found it serving; whether it is stuck
        "'10', false",
        // one look that is told twice
        "'10, 10', false",
        "'70, 10', true",
        "'1200, 70, 10', true",
        // each proxy in its turn
        "'1000, 10', true",
        "'3610, 10', true",
        "'3611, 10', false",
        // none came since
        "'660, 600', false",
        "'70, serves, 10', false",
        "'130, serves, 70, 10', true"
    })
    void refusingAtTwoLooksInARowIsATrouble(String ago, boolean stuck) {
        Course course = Course.BEGIN;
        for (String look : ago.split(", ", -1)) {
            course = look.equals("serves") ? course.served() : refused(course, NOW.minusSeconds(Long.parseLong(look)));
        }

        assertThat(course.trouble(NOW)).isEqualTo(stuck ? Optional.of(Trouble.REFUSES) : Optional.empty());
    }

    @Test
    void killsAreTheWorseTrouble() {
        assertThat(stuck().killed(NOW.minusSeconds(90), NOW)
                        .killed(NOW.minusSeconds(5), NOW)
                        .trouble(NOW))
                .contains(Trouble.KILLED);
    }

    @Test
    void refusingAllTheTimeIsATroubleAtOneLook() {
        Instant since = NOW.minusSeconds(40);

        assertThat(Course.BEGIN.refused(since, NOW).trouble(NOW)).isEmpty();
        assertThat(Course.BEGIN.refusedAll(since, NOW).trouble(NOW)).contains(Trouble.REFUSES);
        assertThat(Course.BEGIN.refusedAll(NOW, NOW).trouble(NOW)).isEmpty();
    }

    @Test
    void whatWasRefusedBeforeItWasHelpedDoesNotCount() {
        Course helped = stuck().helped(NOW);
        Instant later = NOW.plusSeconds(60);

        assertThat(helped.trouble(NOW)).isEmpty();
        assertThat(helped.refusedAll(NOW.minusSeconds(1), later).trouble(later)).isEmpty();
        assertThat(helped.refusedAll(NOW, later).trouble(later)).contains(Trouble.REFUSES);
    }

    @Test
    void whereNobodyMayHelpItIsLeftForAnHour() {
        Instant later = NOW.plus(Duration.ofHours(1));
        Course over = stuck().over(NOW);

        assertThat(over.trouble(NOW)).isEmpty();
        assertThat(over.refusedAll(later.minusSeconds(1), later).trouble(later)).isEmpty();
        assertThat(over.refusedAll(later, later.plusSeconds(60)).trouble(later.plusSeconds(61)))
                .contains(Trouble.REFUSES);
    }

    @Test
    void whatIsOverTakesTwoNewKills() {
        Course over = looping().over(NOW);

        assertThat(over.trouble(NOW)).isEmpty();
        assertThat(over.killed(NOW, NOW).trouble(NOW)).isEmpty();
        assertThat(over.killed(NOW.minusSeconds(9), NOW).killed(NOW, NOW).trouble(NOW))
                .contains(Trouble.KILLED);
    }

    @Test
    void policyTellsByDefaultOnly() {
        assertLeft(looping(), prospect(MORE, Relief.TELL), "its policy says oomLoop: tell");
    }

    @ParameterizedTest
    @EnumSource(
            value = Relief.class,
            names = {"RESIZE", "EVICT"})
    void inPlaceComesFirstAndDoesNotLowerTheRequest(Relief relief) {
        assertThat(next(looping(), prospect(MORE, relief))).isEqualTo(new Step.Resize(memory(96, 288)));
        assertThat(next(looping(), prospect(memory(128, 288), relief))).isEqualTo(new Step.Resize(memory(128, 288)));
    }

    @ParameterizedTest
    @EnumSource(
            value = Mode.class,
            names = {"OFF", "AUDIT"})
    void belowEnforceNothingIsTouched(Mode mode) {
        assertLeft(looping(), new Prospect(mode, MORE, "OOM_EVIDENCE", Relief.EVICT), "the mode here is " + mode);
    }

    @Test
    void whoeverHasSpokenIsLeftAlone() {
        assertLeft(
                looping(),
                new Prospect(Mode.ENFORCE, null, "OWNER_SET_MEMORY", Relief.EVICT),
                "a new pod would be decided OWNER_SET_MEMORY");
    }

    @Test
    void whereANewPodGetsNoMoreNothingHelps() {
        assertLeft(looping(), prospect(HAS, Relief.EVICT), "a new pod would get no more: 96Mi/192Mi");
        assertThat(OomLoop.next(looping(), prospect(MORE, Relief.EVICT), new Memory(null, null), true))
                .isInstanceOf(Step.Leave.class);
    }

    @Test
    void whatCannotBeDoneInPlaceIsDoneByEvictionWhereThePolicySaysSo() {
        Course course = looping().impossible("404: no such thing", NOW);

        assertThat(next(course, prospect(MORE, Relief.EVICT))).isEqualTo(new Step.Evict("404: no such thing"));
        assertLeft(course, prospect(MORE, Relief.RESIZE), "404: no such thing; its policy says oomLoop: resize");
    }

    /** A kubelet that was silent for two minutes is not silent for the pod's life. */
    @ParameterizedTest
    @CsvSource({"3590, false", "3600, true"})
    void whatCannotBeDoneInPlaceIsTriedAgainAfterAnHour(long seconds, boolean again) {
        Course course = looping().impossible("the kubelet did not carry it out within 2 minutes", NOW);
        Instant later = NOW.plusSeconds(seconds);
        Course killed = course.over(NOW).killed(later.minusSeconds(60), later).killed(later, later);
        Course refuses = course.helped(NOW).refusedAll(later.minusSeconds(60), later);

        for (Course trouble : List.of(killed, refuses)) {
            assertThat(trouble.trouble(later)).isPresent();
            assertThat(next(trouble, prospect(MORE, Relief.RESIZE)))
                    .isInstanceOf(again ? Step.Resize.class : Step.Leave.class);
        }
    }

    @Test
    void aPodThatNobodyReplacesIsNotEvicted() {
        assertThat(OomLoop.next(looping().impossible("422", NOW), prospect(MORE, Relief.EVICT), HAS, false))
                .isEqualTo(new Step.Leave("422; no controller would make another in its place"));
    }

    @Test
    void aPodIsRaisedThreeTimesAndNoMore() {
        Course course = looping();
        for (int i = 0; i < 3; i++) {
            assertThat(next(course, prospect(MORE, Relief.EVICT))).isInstanceOf(Step.Resize.class);
            course = course.asked(MORE, NOW)
                    .over(NOW)
                    .killed(NOW.minusSeconds(20), NOW)
                    .killed(NOW.minusSeconds(10), NOW);
        }

        assertLeft(course, prospect(MORE, Relief.EVICT), "it was given more memory 3 times already: find the cause");
    }

    @Test
    void whoDidWellForADaySinceIsInANewTrouble() {
        Course course = Course.BEGIN;
        for (int i = 0; i < 3; i++) {
            course = course.asked(MORE, NOW).helped(NOW);
        }
        Instant soon = NOW.plus(OomLoop.CURED);
        Instant later = soon.plusSeconds(1);

        assertLeft(
                course.killed(soon, soon).killed(soon.minusSeconds(10), soon),
                prospect(MORE, Relief.EVICT),
                "it was given more memory 3 times already: find the cause");
        assertThat(next(course.killed(later, later), prospect(MORE, Relief.EVICT)))
                .isInstanceOf(Step.Resize.class);
        assertThat(next(course.refused(soon, later), prospect(MORE, Relief.EVICT)))
                .isInstanceOf(Step.Resize.class);
    }

    @Test
    void whoIsInTroubleEachHourIsNot() {
        Course course = Course.BEGIN;
        for (int i = 0; i < 3; i++) {
            course = course.asked(MORE, NOW).helped(NOW);
        }
        for (int hour = 1; hour < 30; hour++) {
            Instant then = NOW.plus(Duration.ofHours(hour));
            course = course.killed(then, then);
        }

        assertLeft(course, prospect(MORE, Relief.EVICT), "it was given more memory 3 times already: find the cause");
    }

    private static void assertLeft(Course course, Prospect prospect, String why) {
        assertThat(next(course, prospect)).isEqualTo(new Step.Leave(why));
    }

    private static Step next(Course course, Prospect prospect) {
        return OomLoop.next(course, prospect, HAS, true);
    }

    private static Course looping() {
        return Course.BEGIN.killed(NOW.minusSeconds(90), NOW).killed(NOW.minusSeconds(5), NOW);
    }

    private static Course stuck() {
        return refused(refused(Course.BEGIN, NOW.minusSeconds(70)), NOW.minusSeconds(10));
    }

    private static Course refused(Course course, Instant look) {
        return course.refused(look, look);
    }

    private static Prospect prospect(@Nullable Memory gets, Relief relief) {
        return new Prospect(Mode.ENFORCE, gets, "OOM_EVIDENCE", relief);
    }

    private static Memory memory(long request, long limit) {
        return new Memory(Bytes.mebi(request), Bytes.mebi(limit));
    }
}
