package dev.sidecarsizer.collect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.collect.LivePod.Sizing;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.profile.ProxyFacts;
import dev.sidecarsizer.profile.Running;
import dev.sidecarsizer.profile.SomeFacts;
import dev.sidecarsizer.profile.Verdict;
import dev.sidecarsizer.profile.Verdict.Raise;
import dev.sidecarsizer.profile.Verdict.Withdraw;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is seen of pods, minute by minute, and what becomes of their workload. */
class UnderGuardTest {

    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    private final UnderGuard guard = new UnderGuard();
    private Instant now = NOON;

    @Test
    void podsThatRefuseTrafficRaiseAndThoseFromBeforeDoNotCountOnceMore() {
        LivePod pod = pod("a", Sizing.SIZED, NOON);
        look(61, SomeFacts.shedding(0.2), pod);

        assertThat(guard.verdict()).isInstanceOfSatisfying(Raise.class, raised -> assertThat(raised.limit())
                .isEqualTo(Bytes.mebi(288)));
        look(200, SomeFacts.shedding(0.2), pod);
        assertThat(guard.verdict()).isInstanceOfSatisfying(Raise.class, raised -> assertThat(raised.times())
                .isEqualTo(1));

        look(61, SomeFacts.shedding(0.2), pod("b", Sizing.SIZED, now));
        assertThat(guard.verdict()).isInstanceOfSatisfying(Raise.class, raised -> assertThat(raised.limit())
                .isEqualTo(Bytes.mebi(432)));
    }

    @Test
    void podsThatWeDidNotSizeAndThatRefuseTooSpeakForIt() {
        look(200, SomeFacts.shedding(0.2), pod("a", Sizing.SIZED, NOON), pod("b", Sizing.KEPT, NOON));

        assertThat(guard.verdict()).isEqualTo(Verdict.FINE);
    }

    @Test
    void whatWasLookedAtOnceIsNotLookedAtForEver() {
        LivePod pod = pod("a", Sizing.SIZED, NOON);
        look(1, SomeFacts.shedding(0.2), pod);
        look(200, ProxyFacts.UNKNOWN, pod);

        assertThat(guard.verdict()).isEqualTo(Verdict.FINE);
    }

    @Test
    void podsThatFailAgainAndAgainWithdraw() {
        for (int i = 0; i < 3; i++) {
            LivePod pod = SomePod.named("shop", "pod-" + i)
                    .sizing(Sizing.SIZED)
                    .created(NOON)
                    .restarted(now)
                    .build();
            count(List.of(pod));
            now = now.plus(Duration.ofMinutes(9));
        }

        assertThat(guard.verdict()).isInstanceOf(Withdraw.class);
    }

    private void look(int minutes, ProxyFacts facts, LivePod... pods) {
        for (int i = 0; i < minutes; i++) {
            guard.lookAgain();
            for (LivePod pod : pods) {
                guard.look(pod, facts.overload());
            }
            count(List.of());
        }
    }

    private void count(List<LivePod> restarted) {
        now = now.plus(Duration.ofMinutes(1));
        guard.counted(
                new Census.Counted(new Running(3, 0, 0, 0, 0, 0), 0, false, restarted, Bytes.mebi(192)),
                Bytes.mebi(1024),
                now);
    }

    private static LivePod pod(String name, Sizing sizing, Instant created) {
        return SomePod.named("shop", name).sizing(sizing).created(created).build();
    }
}
