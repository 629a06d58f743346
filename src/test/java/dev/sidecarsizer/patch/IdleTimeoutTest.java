package dev.sidecarsizer.patch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.Pods;
import dev.sidecarsizer.patch.IdleTimeout.Choice;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdleTimeoutTest {

    private static final String NO_ENV = "[]";

    /** owner's word, HTTP, raw TCP, whether there is known to be no raw TCP */
    @ParameterizedTest
    @CsvSource({
        "     ,     ,       , true , NOT_ASKED,",
        "     ,     , PT1H  , true , NOT_ASKED,",
        "     , PT5M,       , true , SET      , PT5M",
        "     , PT5M,       , false, RAW_TCP  ,",
        "     , PT5M, PT1H  , false, SET      , PT1H",
        "     , PT5M, PT1M  , false, SET      , PT5M",
        "     , PT5M, PT1H  , true , SET      , PT5M",
        "PT10S,     ,       , false, SET      , PT10S",
        "PT10S, PT5M, PT1H  , false, SET      , PT10S"
    })
    void isTheOwnersElseWhatHarmsNoRawTcp(
            @Nullable Duration owner,
            @Nullable Duration http,
            @Nullable Duration tcp,
            boolean noRawTcp,
            IdleTimeout.Outcome outcome,
            @Nullable Duration value) {
        assertThat(choose(NO_ENV, false, owner, http, tcp, noRawTcp)).isEqualTo(new Choice(outcome, value));
    }

    @Test
    void isNotSetWhereTheOwnerWantsNone() {
        Duration five = Duration.ofMinutes(5);
        assertThat(choose(NO_ENV, true, null, five, five, true))
                .isEqualTo(new Choice(IdleTimeout.Outcome.OWNER_OFF, null));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[{name: ISTIO_META_IDLE_TIMEOUT, value: 10s}] | OWNER_ENV",
                "[{name: ISTIO_META_IDLE_TIMEOUT, value: ''}] | OWNER_ENV",
                "[{name: ISTIO_META_IDLE_TIMEOUT, valueFrom: {fieldRef: {fieldPath: metadata.name}}}] | OWNER_ENV",
                "[{name: ISTIO_META_IDLE_TIMEOUT, value: 300s}] | SET",
                "[{name: ISTIO_META_OTHER, value: 10s}] | SET",
                "null | SET"
            })
    void leavesAVariableThatIsThereAlready(String env, IdleTimeout.Outcome outcome) {
        Duration five = Duration.ofMinutes(5);
        assertThat(choose(env, false, null, five, null, true).outcome()).isEqualTo(outcome);
    }

    @Test
    void leavesAVariableThatIsThereAlreadyThoughNobodyAsksForOne() {
        assertThat(choose("[{name: ISTIO_META_IDLE_TIMEOUT, value: 10s}]", false, null, null, null, true)
                        .outcome())
                .isEqualTo(IdleTimeout.Outcome.OWNER_ENV);
    }

    @Test
    void isWrittenInSecondsAsIstioReadsDurations() {
        Pod pod = pod(NO_ENV);
        JsonEdit edit = new JsonEdit(pod);
        IdleTimeout.write(Pods.proxy(pod).container(), Duration.ofMinutes(90), edit);
        assertThat(edit.operations().toString())
                .isEqualTo("[{\"op\":\"add\",\"path\":\"/spec/containers/0/env/-\","
                        + "\"value\":{\"name\":\"ISTIO_META_IDLE_TIMEOUT\",\"value\":\"5400s\"}}]");
    }

    private static Choice choose(
            String env,
            boolean ownerOff,
            @Nullable Duration owner,
            @Nullable Duration http,
            @Nullable Duration tcp,
            boolean noRawTcp) {
        return IdleTimeout.choose(Pods.proxy(pod(env)).container(), ownerOff, owner, http, tcp, noRawTcp);
    }

    private static Pod pod(String env) {
        return Pods.of(
                "{metadata: {}, spec: {containers: [{name: istio-proxy, args: [proxy, sidecar], env: " + env + "}]}}");
    }
}
