package dev.sidecarsizer.collect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.collect.LivePod.Health;
import dev.sidecarsizer.collect.LivePod.OomKill;
import dev.sidecarsizer.collect.LivePod.Sizing;
import dev.sidecarsizer.guard.Breaker.Sample;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class OutcomesTest {

    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final Sample NO_PAST = new Sample(0, 0);

    private final List<LivePod> pods = new ArrayList<>();

    @Test
    void sizedPodsThatAreKilledWhileOthersAreNot() {
        some(Sizing.SIZED, 12, OutcomesTest::killed);
        some(Sizing.SIZED, 12, OutcomesTest::fine);
        some(Sizing.KEPT, 30, OutcomesTest::fine);

        assertThat(judge(NOON)).hasValueSatisfying(why -> assertThat(why).startsWith("12 of 24 sized pods of 12"));
        assertThat(judge(NOON.plus(Duration.ofHours(2)))).as("long ago").isEmpty();
    }

    @Test
    void othersThatAreKilledAsOftenSpeakForUs() {
        some(Sizing.SIZED, 12, OutcomesTest::killed);
        some(Sizing.SIZED, 12, OutcomesTest::fine);
        some(Sizing.KEPT, 15, OutcomesTest::killed);
        some(Sizing.KEPT, 15, OutcomesTest::fine);

        assertThat(judge(NOON)).isEmpty();
    }

    @Test
    void proxiesThatNeverBecomeReadyFail() {
        some(Sizing.SIZED, 20, OutcomesTest::notReady);
        some(Sizing.KEPT, 30, pod -> pod.created(NOON.plusSeconds(3599)));

        assertThat(judge(NOON)).isPresent();
        assertThat(Outcomes.judge(pods, pod -> false, NO_PAST, Instant.EPOCH, NOON))
                .as("they may still come")
                .isEmpty();
        assertThat(Outcomes.judge(pods, OutcomesTest::isNotReady, NO_PAST, NOON, NOON))
                .as("they are dealt with")
                .isEmpty();
    }

    @Test
    void whereNoneBecomesReadyThatWasCreatedInTheSameHourItIsNotTheirSize() {
        some(Sizing.SIZED, 20, OutcomesTest::notReady);
        some(Sizing.KEPT, 2, OutcomesTest::notReady);
        some(Sizing.KEPT, 30, pod -> pod.created(NOON.minusSeconds(1)));
        assertThat(judge(NOON)).isEmpty();

        some(Sizing.KEPT, 1, pod -> pod.created(NOON.plusSeconds(1)));

        assertThat(judge(NOON)).isPresent();
    }

    private static SomePod notReady(SomePod pod) {
        return pod.health(Health.NOT_READY).created(NOON);
    }

    @Test
    void whatFailedBeforeItWasMendedIsDealtWith() {
        some(Sizing.SIZED, 24, OutcomesTest::killed);

        assertThat(Outcomes.judge(pods, OutcomesTest::isNotReady, new Sample(1000, 0), NOON.minusSeconds(1), NOON))
                .isPresent();
        assertThat(Outcomes.judge(pods, OutcomesTest::isNotReady, new Sample(1000, 0), NOON, NOON))
                .isEmpty();
    }

    private static SomePod fine(SomePod pod) {
        return pod;
    }

    private static SomePod killed(SomePod pod) {
        return pod.kills(List.of(new OomKill(NOON, null)));
    }

    private Optional<String> judge(Instant now) {
        return Outcomes.judge(pods, OutcomesTest::isNotReady, NO_PAST, Instant.EPOCH, now);
    }

    private static boolean isNotReady(LivePod pod) {
        return pod.health() == Health.NOT_READY;
    }

    private void some(Sizing sizing, int count, UnaryOperator<SomePod> more) {
        for (int i = 0; i < count; i++) {
            pods.add(more.apply(SomePod.named("shop", "pod-" + pods.size())
                            .of("deployment-" + pods.size())
                            .sizing(sizing))
                    .build());
        }
    }
}
