package dev.sidecarsizer.patch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.Pods;
import dev.sidecarsizer.mesh.ProxyContainer;
import dev.sidecarsizer.mesh.ProxyVersion;
import dev.sidecarsizer.patch.IdleTimeout.Choice;
import dev.sidecarsizer.sizing.OwnerWord;
import io.fabric8.zjsonpatch.JsonPatch;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdleTimeoutTest {

    private static final Optional<ProxyVersion> OLDER = ProxyVersion.parse("1.30.4");
    private static final Optional<ProxyVersion> NEWER = ProxyVersion.parse("1.31.0");
    private static final String CONFIG = "[{name: PROXY_CONFIG, value: '{}'}]";
    private static final Duration FIVE = Duration.ofMinutes(5);

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
    void ofAnOlderProxyIsTheOwnersElseWhatHarmsNoRawTcp(
            @Nullable Duration owner,
            @Nullable Duration http,
            @Nullable Duration tcp,
            boolean noRawTcp,
            IdleTimeout.Outcome outcome,
            @Nullable Duration value) {
        Choice expected = new Choice(outcome, value, null);
        assertThat(choose(CONFIG, OLDER, owner(owner), http, tcp, noRawTcp)).isEqualTo(expected);
        assertThat(choose(CONFIG, Optional.empty(), owner(owner), http, tcp, noRawTcp))
                .as("in doubt as of an older one")
                .isEqualTo(expected);
        for (String other : List.of(
                "[]",
                "[{name: PROXY_CONFIG, value: 'concurrency: 2'}]",
                "[{name: PROXY_CONFIG, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]",
                "[{name: PROXY_CONFIG, value: '{\"connectionSettings\": 1}'}]",
                "[{name: PROXY_CONFIG, value: '{\"connection_settings\": {\"httpDrainTimeout\": \"10s\"}}'}]",
                "[{name: PROXY_CONFIG, value: '{\"connectionSettings\": {\"http_idle_timeout\": \"10s\"}}'}]")) {
            assertThat(choose(other, NEWER, owner(owner), http, tcp, noRawTcp))
                    .as(other)
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "     ,     , PT1H, NOT_ASKED,      ,",
        "     , PT5M,     , SET      ,      , PT5M",
        "     , PT5M, PT1H, SET      , PT1H , PT5M",
        "     , PT5M, PT1M, SET      , PT1M , PT5M",
        "PT10S, PT5M, PT1H, SET      , PT10S,"
    })
    void ofHttpIsApartFrom131On(
            @Nullable Duration owner,
            @Nullable Duration http,
            @Nullable Duration tcp,
            IdleTimeout.Outcome outcome,
            @Nullable Duration all,
            @Nullable Duration ofHttp) {
        for (boolean noRawTcp : new boolean[] {true, false}) {
            assertThat(choose(CONFIG, NEWER, owner(owner), http, tcp, noRawTcp))
                    .isEqualTo(new Choice(outcome, all, ofHttp));
        }
    }

    @Test
    void isNotSetWhereTheOwnerWantsNone() {
        OwnerWord none = new OwnerWord(null, null, true, false);
        assertThat(choose(CONFIG, NEWER, none, FIVE, FIVE, true))
                .isEqualTo(new Choice(IdleTimeout.Outcome.OWNER_OFF, null, null));
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
        assertThat(choose(env, OLDER, owner(null), FIVE, null, true).outcome()).isEqualTo(outcome);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{name: PROXY_CONFIG, value: '{\"connectionSettings\": {\"httpIdleTimeout\": \"10s\"}}'} | OWNER_ENV",
                "{name: PROXY_CONFIG, value: '{\"connectionSettings\": {\"httpIdleTimeout\": \"300s\"}}'} | SET",
                "{name: PROXY_CONFIG, value: '{\"connectionSettings\": {\"httpDrainTimeout\": \"10s\"}}'} | SET",
                "{name: PROXY_CONFIG, value: '{}'}, {name: ISTIO_META_IDLE_TIMEOUT, value: 600s} | OWNER_ENV",
                "{name: PROXY_CONFIG, value: '{\"connectionSettings\": {\"httpIdleTimeout\": \"10s\"}}'},"
                        + " {name: PROXY_CONFIG, value: '{}'} | SET",
                "{name: ISTIO_META_IDLE_TIMEOUT, value: 300s}, {name: ISTIO_META_IDLE_TIMEOUT, value: 10s},"
                        + " {name: PROXY_CONFIG, value: '{}'} | OWNER_ENV"
            })
    void leavesASettingThatIsThereAlready(String env, IdleTimeout.Outcome outcome) {
        assertThat(choose("[" + env + "]", NEWER, owner(null), FIVE, null, true).outcome())
                .isEqualTo(outcome);
    }

    /** Of a mesh-wide default too: what is there, and what becomes of it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{name: PROXY_CONFIG, value: '{\"connectionSettings\": {\"httpIdleTimeout\": \"300s\"}}'} | PT1M",
                "{name: PROXY_CONFIG, value: '{\"connectionSettings\": {\"httpIdleTimeout\": \"300s\"}}'},"
                        + " {name: ISTIO_META_IDLE_TIMEOUT, value: 600s} | PT1M",
                "{name: PROXY_CONFIG, value: '{}'}, {name: ISTIO_META_IDLE_TIMEOUT, value: 600s} |",
                "{name: ISTIO_META_IDLE_TIMEOUT, value: 600s} |",
                "{name: ISTIO_META_IDLE_TIMEOUT, value: 60s} |"
            })
    void theOwnersAnnotationGoesBeforeASettingThatIsThereAlready(String env, @Nullable Duration ofHttp) {
        Duration told = Duration.ofMinutes(1);
        Choice choice = choose("[" + env + "]", NEWER, owner(told), FIVE, null, true);
        Pod pod = Pods.proxyWithEnv("[" + env + "]");
        JsonEdit edit = new JsonEdit(pod);
        IdleTimeout.write(Pods.proxy(pod).container(), choice, edit);
        if (ofHttp != null) {
            ConnectionSettings.of(Pods.proxy(pod), NEWER)
                    .orElseThrow()
                    .write(IdleTimeout.text(ofHttp).orElseThrow(), false, edit);
        }
        Pod after = new Pod("shop", JsonPatch.apply(edit.operations(), pod.tree()));

        assertThat(choice).isEqualTo(new Choice(IdleTimeout.Outcome.SET, told, ofHttp));
        assertThat(after.tree().at("/spec/containers/0/env").toString())
                .contains("60s")
                .doesNotContain("00s");
        assertThat(Pods.proxy(after).container().env("ISTIO_META_IDLE_TIMEOUT"))
                .hasValueSatisfying(
                        set -> assertThat(set.path("value").asString()).isEqualTo("60s"));
        assertThat(choose(after, NEWER, owner(told), FIVE, null, true))
                .as("the second time")
                .isEqualTo(choice);
    }

    @Test
    void isWrittenOverTheLastOfSeveralVariablesWhichHolds() {
        assertThat(written(
                        "[{name: ISTIO_META_IDLE_TIMEOUT, value: 1s}, {name: ISTIO_META_IDLE_TIMEOUT, value: 2s}]",
                        new Choice(IdleTimeout.Outcome.SET, FIVE, null)))
                .isEqualTo("[{\"op\":\"add\",\"path\":\"/spec/containers/0/env/1/value\",\"value\":\"300s\"}]");
    }

    /** A value that comes from elsewhere, and the pod's annotation of Istio's, which pilot-agent reads last. */
    @Test
    void theOwnersAnnotationDoesNotGoBeforeWhatCannotBeWrittenOver() {
        String taken = "[{name: ISTIO_META_IDLE_TIMEOUT, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]";
        Pod pod = replacing(
                "{connection_settings: {http_idle_timeout: 300s}}",
                "{\"connectionSettings\":{\"httpIdleTimeout\":\"300s\"}}");

        assertThat(choose(taken, NEWER, owner(FIVE), null, null, true).outcome())
                .isEqualTo(IdleTimeout.Outcome.OWNER_ENV);
        assertThat(choose(pod, NEWER, owner(Duration.ofMinutes(1)), null, null, true)
                        .outcome())
                .isEqualTo(IdleTimeout.Outcome.OWNER_ENV);
        assertThat(choose(pod, NEWER, owner(FIVE), null, null, true).outcome()).isEqualTo(IdleTimeout.Outcome.SET);
    }

    /** pilot-agent takes the annotation's settings whole, though they say nothing of idle connections. */
    @Test
    void isOfAnOlderProxyWhereTheSettingsAreReplaced() {
        Pod pod = replacing(
                "{connectionSettings: {http2InitialStreamWindowSize: 65536}}",
                "{\"connectionSettings\":{\"http2InitialStreamWindowSize\":65536}}");

        assertThat(choose(pod, NEWER, owner(null), FIVE, null, true))
                .isEqualTo(new Choice(IdleTimeout.Outcome.SET, FIVE, null));
        assertThat(choose(pod, NEWER, owner(null), FIVE, null, false))
                .isEqualTo(new Choice(IdleTimeout.Outcome.RAW_TCP, null, null));
        assertThat(choose(pod, NEWER, owner(FIVE), null, null, false))
                .isEqualTo(new Choice(IdleTimeout.Outcome.SET, FIVE, null));
    }

    /** A pod's annotation, and the variable into which the injector has merged it. */
    private static Pod replacing(String annotation, String variable) {
        return Pods.of("{metadata: {annotations: {proxy.istio.io/config: '" + annotation + "'}}, spec: {containers: ["
                + "{name: istio-proxy, env: [{name: PROXY_CONFIG, value: '" + variable + "'}]}]}}");
    }

    @Test
    void leavesAVariableThatIsThereAlreadyThoughNobodyAsksForOne() {
        assertThat(choose("[{name: ISTIO_META_IDLE_TIMEOUT, value: 10s}]", OLDER, owner(null), null, null, true)
                        .outcome())
                .isEqualTo(IdleTimeout.Outcome.OWNER_ENV);
    }

    @Test
    void isWrittenInSecondsAsIstioReadsDurations() {
        assertThat(written("[]", new Choice(IdleTimeout.Outcome.SET, Duration.ofMinutes(90), null)))
                .isEqualTo("[{\"op\":\"add\",\"path\":\"/spec/containers/0/env/-\","
                        + "\"value\":{\"name\":\"ISTIO_META_IDLE_TIMEOUT\",\"value\":\"5400s\"}}]");
    }

    private static String written(String env, Choice choice) {
        Pod pod = Pods.proxyWithEnv(env);
        JsonEdit edit = new JsonEdit(pod);
        IdleTimeout.write(Pods.proxy(pod).container(), choice, edit);
        return edit.operations().toString();
    }

    private static OwnerWord owner(@Nullable Duration idleTimeout) {
        return new OwnerWord(null, idleTimeout, false, false);
    }

    private static Choice choose(
            String env,
            Optional<ProxyVersion> version,
            OwnerWord owner,
            @Nullable Duration http,
            @Nullable Duration tcp,
            boolean noRawTcp) {
        return choose(Pods.proxyWithEnv(env), version, owner, http, tcp, noRawTcp);
    }

    private static Choice choose(
            Pod pod,
            Optional<ProxyVersion> version,
            OwnerWord owner,
            @Nullable Duration http,
            @Nullable Duration tcp,
            boolean noRawTcp) {
        ProxyContainer proxy = Pods.proxy(pod);
        return IdleTimeout.choose(
                pod, proxy.container(), ConnectionSettings.of(proxy, version), owner, http, tcp, noRawTcp);
    }
}
