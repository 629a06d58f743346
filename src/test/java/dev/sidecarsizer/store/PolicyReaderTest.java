package dev.sidecarsizer.store;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Relief;
import dev.sidecarsizer.profile.Rollout.Plan;
import dev.sidecarsizer.sizing.SizingPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyReaderTest {

    @Test
    void readsEveryField() {
        PolicyReader.Read read = PolicyReader.read(
                Written.policy(
                        """
                {selector: {matchLabels: {app: reviews}}, oomRisk: 0.01, headroom: 1.5, floor: 32Mi, ceiling: 2Gi,
                 minHistory: 48h, rollout: {percent: 10, after: 12h, then: hold}, idleTimeout: {http: 60s, tcp: 1h}, overload: {enabled: false}, gateways: true,
                 groupBy: [workflows.argoproj.io/workflow-template], oomLoop: evict}"""));

        assertThat(read.labels()).isEqualTo(Map.of("app", "reviews"));
        assertThat(read.policy())
                .isEqualTo(new SizingPolicy(
                        "shop/policy",
                        0.01,
                        1.5,
                        Bytes.mebi(32),
                        Bytes.mebi(2048),
                        Duration.ofHours(48),
                        new Plan(10, Duration.ofHours(12), false),
                        Duration.ofMinutes(1),
                        Duration.ofHours(1),
                        false,
                        true,
                        List.of("workflows.argoproj.io/workflow-template"),
                        Relief.EVICT,
                        null));
    }

    @Test
    void anEmptySpecIsTheDefaults() {
        SizingPolicy policy = PolicyReader.read(Written.policy("{}")).policy();

        assertThat(policy).usingRecursiveComparison().ignoringFields("name").isEqualTo(SizingPolicy.DEFAULT);
    }

    @Test
    void noneTurnsAnIdleTimeoutOff() {
        SizingPolicy policy = PolicyReader.read(Written.policy("{idleTimeout: {http: none, tcp: none}}"))
                .policy();

        assertThat(policy.fault()).isNull();
        assertThat(policy.httpIdleTimeout()).isNull();
        assertThat(policy.tcpIdleTimeout()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{headroom: 0.9} | spec.headroom 0.9: must be a factor from 1 to 10, for example 1.2",
                "{headroom: 10.1} | spec.headroom 10.1: must be",
                "{headroom: 'NaN'} | spec.headroom NaN: must be",
                "{headroom: 'Infinity'} | spec.headroom Infinity: must be",
                "{headroom: much} | spec.headroom: has a value of the wrong type",
                "{oomRisk: 0} | spec.oomRisk 0.0: must be above 0 and at most 0.5, for example 0.001",
                "{oomRisk: 0.51} | spec.oomRisk 0.51: must be above 0 and at most 0.5, for example 0.001",
                "{oomRisk: 1} | spec.oomRisk 1.0: must be",
                "{floor: 2Gi} | spec.floor 2Gi: must not be above spec.ceiling 1Gi",
                "{ceiling: 32Mi} | spec.floor 64Mi: must not be above spec.ceiling 32Mi",
                "{floor: 1Mi} | spec.floor \"1Mi\": must be between 16Mi and 1Ti, for example 64Mi",
                "{ceiling: 1e999999999} | spec.ceiling",
                "{ceiling: 8Ei} | spec.ceiling",
                "{ceiling: -1} | spec.ceiling",
                "{rollout: {percent: 0}} | spec.rollout.percent 0: must be from 1 to 100, for example 10",
                "{rollout: {percent: 101}} | spec.rollout.percent 101: must be from 1 to 100, for example 10",
                "{rollout: {percent: few}} | spec.rollout.percent: has a value of the wrong type",
                "{rollout: {percent: 10, after: none}} | spec.rollout.after \"none\": must be a duration, for example 24h",
                "{rollout: {percent: 10, after: 721h}} | spec.rollout.after \"721h\": must be a duration from 1s to 720h,",
                "{rollout: {percent: 10, then: some}} | spec.rollout.then \"some\": must be all or hold",
                "{minHistory: 91d} | spec.minHistory \"91d\": must be a duration from 0s to 2160h, for example 24h",
                "{minHistory: 2161h} | spec.minHistory \"2161h\": must be",
                "{minHistory: none} | spec.minHistory \"none\": must be a duration",
                "{idleTimeout: {http: 25h}} | spec.idleTimeout.http \"25h\": must be a duration from 1s to 24h",
                "{idleTimeout: {tcp: 0s}} | spec.idleTimeout.tcp \"0s\": must be",
                "{oomLoop: delete} | spec.oomLoop \"delete\": must be tell, resize or evict",
                "{groupBy: ['not a label']} | spec.groupBy \"not a label\": must be the key of a label",
                "{groupBy: [a, b, c, d, e, f, g, h, i]} | spec.groupBy: has 9 labels, must have at most 8",
                "{groupBy: [null]} | spec.groupBy",
                "{selector: {matchLabels: everything}} | spec.selector.matchLabels: has a value of the wrong type",
                "{overload: on} | spec.overload",
                "[] | spec: has a value of the wrong type",
                "null | spec: is missing"
            })
    void aPolicyOutOfBoundsKeepsItsPodsAsTheyCameAndSaysWhy(String spec, String fault) {
        SizingPolicy policy =
                assertTimeoutPreemptively(Duration.ofSeconds(2), () -> PolicyReader.read(Written.policy(spec))
                        .policy());

        assertThat(policy.name()).isEqualTo("shop/policy");
        assertThat(requireNonNull(policy.fault())).startsWith(fault).hasSizeLessThan(250);
    }

    @Test
    void aFaultyPolicyStillSelectsWhatItSelected() {
        PolicyReader.Read read =
                PolicyReader.read(Written.policy("{selector: {matchLabels: {app: reviews}}, headroom: 0}"));

        assertThat(read.labels()).containsEntry("app", "reviews");
        assertThat(read.policy().fault()).isNotNull();
    }

    @Test
    void aHeadroomWithoutARiskIsAskedForInItsPlace() {
        assertThat(PolicyReader.read(Written.policy("{headroom: 1.5}")).policy().oomRisk())
                .isNull();
        assertThat(PolicyReader.read(Written.policy("{headroom: 1.5, oomRisk: 0.5}"))
                        .policy()
                        .oomRisk())
                .isEqualTo(0.5);
        assertThat(PolicyReader.read(Written.policy("{ceiling: 2Gi}")).policy().oomRisk())
                .isEqualTo(0.001);
    }
}
