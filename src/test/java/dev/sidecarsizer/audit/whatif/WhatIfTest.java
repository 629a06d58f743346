package dev.sidecarsizer.audit.whatif;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sidecarsizer.audit.whatif.Outcome.Point;
import dev.sidecarsizer.audit.whatif.WhatIf.State;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.Relief;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Rollout.Plan;
import dev.sidecarsizer.profile.Subject;
import dev.sidecarsizer.profile.history.History;
import dev.sidecarsizer.profile.history.PodWindow;
import dev.sidecarsizer.sizing.SizingPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WhatIfTest {

    private static final Instant BEGIN = Instant.parse("2026-11-01T00:00:00Z");
    private static final Asked DEFAULT = Asked.of(name -> null, SizingPolicy.DEFAULT);
    private static final int DAYS = 28;

    private final Map<Subject, String> histories = new LinkedHashMap<>();

    @Test
    void aSmallerRiskTakesMoreAndKillsLess() throws Exception {
        Random random = new Random(1);
        for (int i = 0; i < 60; i++) {
            // a day in twenty is half as much again
            keep("w" + i, 2, DAYS, day -> 100 + random.nextInt(20) + (random.nextInt(20) == 0 ? 50 : 0));
        }

        Outcome outcome = done(DEFAULT);

        assertThat(outcome.workloads()).isEqualTo(60);
        assertThat(outcome.learntDays() + outcome.judgedDays()).isEqualTo(DAYS);
        assertThat(outcome.here().podWeeks()).isBetween(2 * 60 * 1.9, 2 * 60 * 2.1);
        assertThat(outcome.istioDefault().kills()).isZero();
        assertThat(outcome.istioDefault().limitGiB(2)).isBetween(0.95 * 120, 1.05 * 120);
        assertThat(outcome.here().limitGiB(2))
                .isLessThan(0.5 * outcome.istioDefault().limitGiB(2));
        List<Point> curve = outcome.curve();
        for (int i = 1; i < curve.size(); i++) {
            assertThat(curve.get(i).risk()).isLessThan(curve.get(i - 1).risk());
            assertThat(curve.get(i).sum().limitGiBHours())
                    .isGreaterThanOrEqualTo(curve.get(i - 1).sum().limitGiBHours());
            assertThat(curve.get(i).sum().kills())
                    .isLessThanOrEqualTo(curve.get(i - 1).sum().kills());
        }
        assertThat(curve.getFirst().sum().kills()).isPositive();
        Sum same = curve.stream()
                .filter(point -> point.risk() == DEFAULT.risk())
                .findFirst()
                .orElseThrow()
                .sum();
        assertThat(same).as("the curve goes through where one stands").isEqualTo(outcome.here());
    }

    @Test
    void theCeilingBounds() throws Exception {
        keep("large", 1, DAYS, day -> 700);

        double free = done(DEFAULT).here().limitGiBHours();
        double bound = done(asked(Map.of("ceiling", "512Mi"))).here().limitGiBHours();

        // above the ceiling it is kept as it comes, which is more than what it needs
        assertThat(bound).isGreaterThan(free);
    }

    @Test
    void requestsFollowWhatIsTypicalAndNotPeaks() throws Exception {
        keep("steady", 1, DAYS, day -> 400);

        double request = done(DEFAULT).here().requestGiB(2);

        assertThat(request).isBetween(199 / 1024.0, 220 / 1024.0);
    }

    @Test
    void whatIsKnownIsNotReadAgain() throws Exception {
        keep("w", 1, DAYS, day -> 100);
        AtomicInteger reads = new AtomicInteger();
        try (WhatIf whatIf = new WhatIf(into -> {
            reads.incrementAndGet();
            histories.forEach(into);
        })) {
            Outcome first = await(whatIf, DEFAULT);

            assertThat(whatIf.ask(DEFAULT)).isEqualTo(new State.Done(first));
            await(whatIf, asked(Map.of("risk", "0.01")));
            assertThat(reads).hasValue(1);
        }
    }

    @Test
    void ofSeveralWhoAskOtherTermsAtOnceEachIsAnswered() throws Exception {
        keep("w", 1, DAYS, day -> 100);
        List<Asked> asked = Stream.of("0.01", "0.02", "0.05")
                .map(risk -> asked(Map.of("risk", risk)))
                .toList();
        try (WhatIf whatIf = new WhatIf(histories::forEach)) {
            List<State> states = asked.stream().map(whatIf::ask).toList();
            while (states.stream().anyMatch(State.Working.class::isInstance)) {
                Thread.sleep(5);
                states = asked.stream().map(whatIf::ask).toList();
            }

            assertThat(states)
                    .extracting(state -> ((State.Done) state).outcome().asked())
                    .isEqualTo(asked);
        }
    }

    @Test
    void saysWhatItLacks() throws Exception {
        keep("young", 1, 3, day -> 100);
        try (WhatIf whatIf = new WhatIf(histories::forEach)) {
            assertThat(settled(whatIf, DEFAULT)).isEqualTo(new State.Learning(3));
        }
        try (WhatIf whatIf = new WhatIf(into -> {
            throw new IllegalStateException("away");
        })) {
            assertThat(settled(whatIf, DEFAULT))
                    .isInstanceOfSatisfying(State.Impossible.class, impossible -> assertThat(impossible.why())
                            .contains("log"));
        }
    }

    @Test
    void aHistoryOfAnotherVersionIsLeftOut() throws Exception {
        keep("w", 1, DAYS, day -> 100);
        histories.put(Subject.OfWorkload.whole(key("other")), "of another version");

        assertThat(done(DEFAULT).workloads()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "risk, 0, at most 0.5",
        "risk, 0.6, at most 0.5",
        "risk, NaN, at most 0.5",
        "risk, much, must be a number",
        "headroom, 0.9, from 1 to 10",
        "headroom, 1e9, from 1 to 10",
        "floor, 1Mi, from 16Mi",
        "floor, 2Gi, no more than the ceiling",
        "ceiling, 2Ti, to 1Ti",
        "ceiling, 1e999999999, amount of memory"
    })
    void refusesTermsThatNoPolicyCanHave(String name, String value, String why) {
        assertThatThrownBy(() -> asked(Map.of(name, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name)
                .hasMessageContaining(why);
    }

    @Test
    void writesThePolicy() {
        assertThat(asked(Map.of("risk", "0.00010", "ceiling", "2Gi")).yaml("ours"))
                .contains("namespace: ours", "oomRisk: 0.0001\n", "floor: 64Mi", "ceiling: 2Gi");
        assertThat(asked(Map.of("headroom", "1.5")).yaml("ours"))
                .contains("headroom: 1.5\n")
                .doesNotContain("oomRisk");
    }

    @Test
    void beginsAtThePolicyOfTheMeshAndLosesNothingOfIt() {
        SizingPolicy mesh = new SizingPolicy(
                "ours/all",
                null,
                1.4,
                Bytes.mebi(96),
                Bytes.mebi(2048),
                Duration.ofDays(3),
                new Plan(10, Duration.ofHours(12), false),
                null,
                Duration.ofHours(2),
                false,
                true,
                List.of("workflows.argoproj.io/workflow-template", "app"),
                Relief.EVICT,
                null);

        Asked now = Asked.of(name -> null, mesh);

        assertThat(now.headroom()).isEqualTo(1.4);
        assertThat(now.policy())
                .usingRecursiveComparison()
                .ignoringFields("name")
                .isEqualTo(mesh);
        assertThat(Asked.of(Map.of("risk", "0.01")::get, mesh).yaml("ours"))
                .isEqualTo(
                        """
                        apiVersion: sidecar-sizer.dev/v1alpha1
                        kind: SidecarPolicy
                        metadata:
                          name: all
                          namespace: ours
                        spec:
                          oomRisk: 0.01
                          floor: 96Mi
                          ceiling: 2Gi
                          headroom: 1.4
                          minHistory: 259200s
                          rollout: {percent: 10, after: 43200s, then: hold}
                          idleTimeout: {http: none, tcp: 7200s}
                          overload: {enabled: false}
                          gateways: true
                          groupBy: [workflows.argoproj.io/workflow-template, app]
                          oomLoop: evict
                        """);
        assertThat(Asked.of(name -> null, SizingPolicy.faulty("ours/all", "broken")))
                .as("a policy that must not be used has no say")
                .isEqualTo(DEFAULT);
    }

    private Outcome done(Asked asked) throws InterruptedException {
        try (WhatIf whatIf = new WhatIf(histories::forEach)) {
            return await(whatIf, asked);
        }
    }

    private static Outcome await(WhatIf whatIf, Asked asked) throws InterruptedException {
        return ((State.Done) settled(whatIf, asked)).outcome();
    }

    private static State settled(WhatIf whatIf, Asked asked) throws InterruptedException {
        State state = whatIf.ask(asked);
        while (state instanceof State.Working) {
            Thread.sleep(5);
            state = whatIf.ask(asked);
        }
        return state;
    }

    /** Of each day one hour at its peak, and the others at half of it. */
    private void keep(String name, int pods, int days, Function<Integer, Integer> peak) {
        History history = new History();
        for (int day = 0; day < days; day++) {
            int most = peak.apply(day);
            for (int hour = 1; hour <= 24; hour++) {
                Instant end = BEGIN.plus(Duration.ofDays(day)).plus(Duration.ofHours(hour));
                List<PodWindow> windows = new ArrayList<>();
                for (int pod = 0; pod < pods; pod++) {
                    int use = hour == 12 && pod == 0 ? most : most / 2;
                    windows.add(new PodWindow(
                            new PodName("shop", name + "-" + pod),
                            end,
                            Duration.ofHours(1),
                            Bytes.mebi(use),
                            Bytes.mebi(most / 2),
                            60));
                }
                history.add(end, windows, 60);
            }
        }
        histories.put(Subject.OfWorkload.whole(key(name)), history.encode());
    }

    private static WorkloadKey key(String name) {
        return new WorkloadKey("shop", "apps", "Deployment", name);
    }

    private static Asked asked(Map<String, String> parameters) {
        Function<String, @Nullable String> asked = parameters::get;
        return Asked.of(asked, SizingPolicy.DEFAULT);
    }
}
