package dev.sidecarsizer.store;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.MemoryProfile;
import dev.sidecarsizer.profile.MemoryProfile.Standing;
import dev.sidecarsizer.profile.Subject;
import dev.sidecarsizer.profile.Verdict;
import dev.sidecarsizer.store.Typed.Unreadable;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProfileReaderTest {

    private final ProfileReader reader = new ProfileReader("sidecar-sizer-system");

    @Test
    void readsWhatSizingNeeds() throws Unreadable {
        ProfileReader.Read read = reader.read(Written.profile(
                """
                  recommendation: {memoryRequest: 96Mi, memoryLimit: 192Mi, idleTimeout: 300s}
                  observed: {pods: 3, days: 14, samples: 48384, p50: 61Mi, p90: 78Mi, p99: 120Mi, peak: 151Mi,
                             live: 66Mi, oomKills: 2, oomLimit: 128Mi, lastSample: "2026-11-20T10:00:00Z"}
                  proxy: {version: "1.31.0", image: "docker.io/istio/proxyv2:1.31.0", concurrency: 2, rawTcp: false}
                  facts: {allocated: 41Mi}
                  conditions: [{type: Ready, status: "True", reason: EnoughHistory, message: ok}]
                """
                        .indent(2)
                        .replaceFirst("^", "\n")));

        assertThat(read.subject())
                .isEqualTo(
                        new Subject.OfWorkload(new WorkloadKey("shop", "apps", "Deployment", "reviews"), null, null));
        assertThat(read.profile())
                .isEqualTo(new MemoryProfile(
                        "shop/deployment-reviews",
                        "7",
                        Standing.READY,
                        new MemoryProfile.Recommendation(Bytes.mebi(96), Bytes.mebi(192), Duration.ofMinutes(5)),
                        new MemoryProfile.Observed(14, Bytes.mebi(151), Bytes.mebi(66), 2, Bytes.mebi(128)),
                        new MemoryProfile.Proxy("1.31.0", "docker.io/istio/proxyv2:1.31.0", 2, false, Bytes.mebi(41)),
                        Verdict.FINE,
                        null));
    }

    @Test
    void aProfileWithoutStatusKnowsNothing() throws Unreadable {
        MemoryProfile profile = reader.read(Written.profile("null")).profile();

        assertThat(profile.standing()).isEqualTo(Standing.UNKNOWN);
        assertThat(profile.recommendation()).isNull();
        assertThat(profile.observed()).isEqualTo(MemoryProfile.Observed.NOTHING);
        assertThat(profile.fault()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1e999999999",
                "1e-999999999",
                "-1",
                "8Ei",
                "0",
                "15Mi",
                "2Ti",
                "1.5.5",
                "NaN",
                "Inf",
                "lots",
                "' 96Mi'",
                "99999999999999999999999999999999999999999999",
                "1e99",
                ".",
                "''",
                "0x10",
                "1Qi",
                "\"96Mi\\n\"",
                "-0Mi",
                "9223372036854775808",
                "true"
            })
    void anAbsurdLimitIsAFaultThatNamesItAndTakesNoTime(String limit) {
        String status = "{recommendation: {memoryRequest: 96Mi, memoryLimit: " + limit + "}}";

        MemoryProfile profile =
                assertTimeoutPreemptively(Duration.ofSeconds(2), () -> reader.read(Written.profile(status))
                        .profile());

        assertThat(profile.recommendation()).isNull();
        assertThat(requireNonNull(profile.fault()))
                .startsWith("status.recommendation.memoryLimit")
                .contains("192Mi")
                .hasSizeLessThan(250)
                .doesNotContain("\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"16Mi", "1Ti", "1e9", "134217728", "0.5Gi", "200M", "131072k"})
    void aLimitThatANodeCanHaveIsTaken(String limit) throws Unreadable {
        String status = "{recommendation: {memoryRequest: 16Mi, memoryLimit: " + limit + "}}";

        MemoryProfile profile = reader.read(Written.profile(status)).profile();

        assertThat(profile.fault()).isNull();
        assertThat(requireNonNull(profile.recommendation()).memoryLimit()).isEqualTo(Bytes.parse(limit));
    }

    @Test
    void aRequestAboveTheLimitIsAFault() throws Unreadable {
        MemoryProfile profile = reader.read(
                        Written.profile("{recommendation: {memoryRequest: 256Mi, memoryLimit: 192Mi}}"))
                .profile();

        assertThat(profile.recommendation()).isNull();
        assertThat(profile.fault())
                .isEqualTo("status.recommendation.memoryRequest 256Mi: must not be above memoryLimit 192Mi;"
                        + " lower the one or raise the other");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{memoryLimit: 192Mi}", "{memoryRequest: 96Mi}", "{}", "{memoryLimt: 192Mi, memoryRequest: 96Mi}"
            })
    void halfARecommendationIsAFault(String recommendation) throws Unreadable {
        MemoryProfile profile = reader.read(Written.profile("{recommendation: " + recommendation + "}"))
                .profile();

        assertThat(profile.fault()).contains("must have both memoryRequest and memoryLimit");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"25h", "0s", "300", "5 minutes", "-5s", "1h1h1h1h", "999999999999s", "1d", "300S", "99999999h"})
    void anIdleTimeoutOutOfBoundsIsAFault(String idleTimeout) throws Unreadable {
        MemoryProfile profile = reader.read(
                        Written.profile("{recommendation: {memoryRequest: 96Mi, memoryLimit: 192Mi, idleTimeout: \""
                                + idleTimeout + "\"}}"))
                .profile();

        assertThat(profile.fault())
                .startsWith("status.recommendation.idleTimeout \"" + idleTimeout.substring(0, 2))
                .endsWith("must be a duration from 1s to 24h, for example 300s");
    }

    @ParameterizedTest
    @CsvSource({"300s, 300", "1h30m, 5400", "24h, 86400", "90m, 5400", "1s, 1"})
    void anIdleTimeoutIsReadAsGoWritesIt(String idleTimeout, long seconds) throws Unreadable {
        MemoryProfile profile = reader.read(
                        Written.profile("{recommendation: {memoryRequest: 96Mi, memoryLimit: 192Mi, idleTimeout: "
                                + idleTimeout + "}}"))
                .profile();

        assertThat(requireNonNull(profile.recommendation()).idleTimeout()).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void anIdleTimeoutOfNoneIsNone() throws Unreadable {
        MemoryProfile profile = reader.read(Written.profile(
                        "{recommendation: {memoryRequest: 96Mi, memoryLimit: 192Mi, idleTimeout: none}}"))
                .profile();

        assertThat(profile.fault()).isNull();
        assertThat(requireNonNull(profile.recommendation()).idleTimeout()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "observed: {peak: 2Ti}", "observed: {live: -1}", "observed: {p99: 1e999999999}",
                        "observed: {oomKills: -1}",
                "observed: {oomKills: 1e999999999}", "observed: {days: many}", "observed: {oomLimit: 8Ei}",
                        "observed: none",
                "conditions: Ready", "proxy: [1]", "recommendation: 192Mi", "decisions: {}"
            })
    void whatWasObservedMustBeSoundToo(String status) {
        MemoryProfile profile =
                assertTimeoutPreemptively(Duration.ofSeconds(2), () -> reader.read(Written.profile("{" + status + "}"))
                        .profile());

        assertThat(requireNonNull(profile.fault())).startsWith("status.").hasSizeLessThan(250);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[{type: Stale, status: 'True'}, {type: Ready, status: 'True'}] | STALE",
                "[{type: Stale, status: 'False'}, {type: Ready, status: 'True'}] | READY",
                "[{type: Learning, status: 'True'}, {type: Ready, status: 'True'}] | READY",
                "[{type: Learning, status: 'True'}] | LEARNING",
                "[{type: Ready, status: 'False'}] | LEARNING",
                "[{type: Ready, status: 'Unknown'}] | UNKNOWN",
                "[{type: Ready, status: true}] | READY",
                "[null, {}, {type: Odd, status: 'True'}] | UNKNOWN",
                "[] | UNKNOWN"
            })
    void conditionsSayHowFarItCanBeTrusted(String conditions, Standing standing) throws Unreadable {
        assertThat(reader.read(Written.profile("{conditions: " + conditions + "}"))
                        .profile()
                        .standing())
                .isEqualTo(standing);
    }

    @Test
    void aPriorOfTheMeshCountsOnlyInOurOwnNamespace() throws Unreadable {
        assertThat(reader.read(Written.object("sidecar-sizer-system", "mesh", "spec: {scope: Mesh}"))
                        .subject())
                .isEqualTo(new Subject.OfMesh());
        assertThatThrownBy(() -> reader.read(Written.object("shop", "mesh", "spec: {scope: Mesh}")))
                .isInstanceOf(Unreadable.class)
                .hasMessageContaining("counts only in namespace sidecar-sizer-system");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "status: {}",
                "spec: null",
                "spec: {}",
                "spec: {workload: {kind: Deployment, name: reviews}}",
                "spec: {scope: Galaxy}",
                "spec: [1]",
                "spec: {workload: reviews}",
                "spec: {scope: {a: b}}"
            })
    void aProfileOfNobodyCannotBeRead(String body) {
        assertThatThrownBy(() -> reader.read(Written.object("nobody", body)))
                .isInstanceOf(Unreadable.class)
                .hasMessageStartingWith("spec");
    }
}
