package dev.sidecarsizer.sizing;

import static dev.sidecarsizer.sizing.Knowledge.SOUND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.profile.MemoryProfile;
import dev.sidecarsizer.profile.MemoryProfile.Standing;
import dev.sidecarsizer.profile.Profiles.Lineage;
import dev.sidecarsizer.sizing.Decision.Origin;
import dev.sidecarsizer.sizing.Decision.Reason;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VoiceTest {

    private static final MemoryProfile LEARNING = Knowledge.standing(Standing.LEARNING, SOUND);
    private static final MemoryProfile STALE = Knowledge.standing(Standing.STALE, SOUND);
    private static final MemoryProfile FAULTY = Knowledge.faulty("memoryLimit \"8Ei\"", SOUND);
    private static final MemoryProfile REVISION = Knowledge.named("shop/revision", SOUND);
    private static final MemoryProfile NAMESPACE = Knowledge.named("shop/prior", SOUND);
    private static final MemoryProfile MESH = Knowledge.named("sidecar-sizer-system/prior", SOUND);

    @Test
    void isTheMostSpecificThatCanBeTrusted() {
        assertThat(heard(new Lineage(REVISION, SOUND, NAMESPACE, MESH))).isEqualTo(Origin.REVISION_PROFILE);
        assertThat(heard(new Lineage(null, SOUND, NAMESPACE, MESH))).isEqualTo(Origin.WORKLOAD_PROFILE);
        assertThat(heard(new Lineage(null, null, NAMESPACE, MESH))).isEqualTo(Origin.NAMESPACE_PRIOR);
        assertThat(heard(new Lineage(null, null, null, MESH))).isEqualTo(Origin.MESH_PRIOR);
    }

    @Test
    void passesOverWhatHasTooLittleHistory() {
        assertThat(heard(new Lineage(LEARNING, SOUND, NAMESPACE, MESH))).isEqualTo(Origin.WORKLOAD_PROFILE);
        assertThat(heard(new Lineage(STALE, SOUND, NAMESPACE, MESH))).isEqualTo(Origin.WORKLOAD_PROFILE);
        assertThat(heard(new Lineage(null, LEARNING, NAMESPACE, MESH))).isEqualTo(Origin.NAMESPACE_PRIOR);
        assertThat(heard(new Lineage(null, LEARNING, STALE, MESH))).isEqualTo(Origin.MESH_PRIOR);
    }

    /** What was rolled out on a Saturday knows no Monday; its workload, whose use is its own use too, does. */
    @ParameterizedTest
    @CsvSource({"2, 14, false", "6, 14, false", "7, 14, true", "3, 3, true", "2, 3, false", "2, , true", ", 14, true"})
    void hearsAPartOnceItHasSeenAWeekOrAllThatTheWorkloadHas(Integer seen, Integer all, boolean heard) {
        MemoryProfile part = Knowledge.observing(Knowledge.days(seen), Knowledge.named("shop/part", SOUND));
        MemoryProfile workload = Knowledge.observing(Knowledge.days(all), SOUND);
        String source = heard ? "shop/part@4711" : "shop/deployment-reviews@4711";

        assertThat(source(new Lineage(part, workload, NAMESPACE, MESH))).isEqualTo(source);
        assertThat(source(new Lineage(2, null, null, part, workload, NAMESPACE, MESH)))
                .isEqualTo(source);
        MemoryProfile four = Knowledge.measuredOn(null, 4, workload);
        assertThat(source(new Lineage(2, null, null, part, four, NAMESPACE, MESH)))
                .as("the workload says nothing of such proxies")
                .isEqualTo("shop/part@4711");
    }

    @Test
    void saysWhyNobodyIsHeard() {
        assertThat(silent(Lineage.NONE)).isEqualTo(Reason.NO_PROFILE);
        assertThat(silent(Knowledge.ofWorkload(LEARNING))).isEqualTo(Reason.TOO_LITTLE_HISTORY);
        assertThat(silent(Knowledge.ofWorkload(Knowledge.recommending(null, SOUND))))
                .isEqualTo(Reason.TOO_LITTLE_HISTORY);
        assertThat(silent(new Lineage(null, null, LEARNING, LEARNING))).isEqualTo(Reason.NO_PROFILE);
    }

    @Test
    void leavesAWorkloadAloneWhoseOwnProfileWentStale() {
        assertThat(silent(new Lineage(null, STALE, NAMESPACE, MESH))).isEqualTo(Reason.PROFILE_STALE);
        assertThat(heard(new Lineage(REVISION, STALE, NAMESPACE, MESH))).isEqualTo(Origin.REVISION_PROFILE);
    }

    @Test
    void neverSpeaksFromAProfileWithAFault() {
        assertThat(silent(new Lineage(FAULTY, SOUND, NAMESPACE, MESH))).isEqualTo(Reason.PROFILE_INVALID);
        assertThat(silent(new Lineage(null, FAULTY, NAMESPACE, MESH))).isEqualTo(Reason.PROFILE_INVALID);
        assertThat(silent(new Lineage(null, null, FAULTY, MESH))).isEqualTo(Reason.PROFILE_INVALID);
        Voice voice = Voice.of(Knowledge.ofWorkload(FAULTY), null, SizingPolicy.DEFAULT, Trail.NONE);
        assertThat(voice.silence().detail()).contains("shop/deployment-reviews", "8Ei");
        assertThat(voice.live()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "READY, 1, true",
        "READY, 0, false",
        "READY, , true",
        "UNKNOWN, 1, true",
        "UNKNOWN, 0, false",
        "UNKNOWN, , false",
        "LEARNING, 30, false"
    })
    void wantsAReadyProfileAndTheHistoryThatThePolicyAsksFor(Standing standing, Integer days, boolean trusted) {
        MemoryProfile profile = Knowledge.observing(Knowledge.days(days), Knowledge.standing(standing, SOUND));
        assertThat(Voice.of(Knowledge.ofWorkload(profile), null, SizingPolicy.DEFAULT, Trail.NONE)
                                .recommendation()
                        != null)
                .isEqualTo(trusted);
    }

    @Test
    void hearsARevisionOnlyOnTheImageThatItWasMeasuredOn() {
        Lineage lineage = new Lineage(Knowledge.measuredOn("proxyv2:1.32.0", null, REVISION), SOUND, null, null);

        assertThat(Voice.of(lineage, "proxyv2:1.32.0", SizingPolicy.DEFAULT, Trail.NONE)
                        .origin())
                .isEqualTo(Origin.REVISION_PROFILE);
        assertThat(Voice.of(lineage, "proxyv2:1.31.0", SizingPolicy.DEFAULT, Trail.NONE)
                        .origin())
                .isEqualTo(Origin.WORKLOAD_PROFILE);
        assertThat(Voice.of(lineage, null, SizingPolicy.DEFAULT, Trail.NONE).origin())
                .isEqualTo(Origin.REVISION_PROFILE);
        Lineage unknown = new Lineage(REVISION, SOUND, null, null);
        assertThat(Voice.of(unknown, "proxyv2:1.31.0", SizingPolicy.DEFAULT, Trail.NONE)
                        .origin())
                .isEqualTo(Origin.REVISION_PROFILE);
        Lineage workload = Knowledge.ofWorkload(Knowledge.measuredOn("proxyv2:1.32.0", null, SOUND));
        assertThat(Voice.of(workload, "proxyv2:1.31.0", SizingPolicy.DEFAULT, Trail.NONE)
                        .origin())
                .as("a workload's profile spans images")
                .isEqualTo(Origin.WORKLOAD_PROFILE);
    }

    @Test
    void passesOverWhatWasMeasuredWithOtherWorkerThreads() {
        MemoryProfile two = Knowledge.measuredOn(null, 2, Knowledge.named("shop/two", SOUND));
        MemoryProfile four = Knowledge.measuredOn(null, 4, Knowledge.named("shop/four", SOUND));

        assertThat(source(new Lineage(2, null, null, two, four, NAMESPACE, null)))
                .isEqualTo("shop/two@4711");
        assertThat(source(new Lineage(2, two, four, four, four, null, null))).isEqualTo("shop/two@4711");
        assertThat(source(new Lineage(2, null, null, null, four, NAMESPACE, null)))
                .isEqualTo("shop/prior@4711");
        assertThat(source(new Lineage(2, null, four, null, SOUND, null, null)))
                .isEqualTo("shop/deployment-reviews@4711");
        assertThat(source(new Lineage(null, null, four, null, SOUND, null, null)))
                .isEqualTo("shop/four@4711");
        assertThat(silent(new Lineage(2, null, null, null, four, four, four)))
                .isEqualTo(Reason.PROFILE_OF_OTHER_CONCURRENCY);
        assertThat(silent(new Lineage(2, null, null, Knowledge.standing(Standing.LEARNING, two), four, null, null)))
                .isEqualTo(Reason.TOO_LITTLE_HISTORY);
        assertThat(silent(new Lineage(2, null, null, Knowledge.standing(Standing.STALE, two), four, null, null)))
                .isEqualTo(Reason.TOO_LITTLE_HISTORY);
        assertThat(silent(new Lineage(2, null, null, null, Knowledge.faulty("8Ei", four), null, null)))
                .isEqualTo(Reason.PROFILE_OF_OTHER_CONCURRENCY);
    }

    @Test
    void measuresOfOtherWorkerThreadsDoNotCountButThoseOfUnknownOnesDo() {
        MemoryProfile two = Knowledge.measuredOn(null, 2, Knowledge.observing(Knowledge.live(90), SOUND));
        MemoryProfile four =
                Knowledge.measuredOn(null, 4, Knowledge.observing(Knowledge.killedAt(Bytes.mebi(512)), SOUND));
        MemoryProfile mixed = Knowledge.observing(Knowledge.live(300), SOUND);

        Voice ofTwo =
                Voice.of(new Lineage(2, null, null, two, four, null, null), null, SizingPolicy.DEFAULT, Trail.NONE);
        assertThat(ofTwo.live()).isEqualTo(Bytes.mebi(90));
        assertThat(ofTwo.killedAt()).isNull();
        Voice beside =
                Voice.of(new Lineage(2, null, null, two, mixed, null, null), null, SizingPolicy.DEFAULT, Trail.NONE);
        assertThat(beside.live()).isEqualTo(Bytes.mebi(300));
        Voice untold =
                Voice.of(new Lineage(null, null, null, two, four, null, null), null, SizingPolicy.DEFAULT, Trail.NONE);
        assertThat(untold.killedAt()).isEqualTo(Bytes.mebi(512));
    }

    @Test
    void namesTheProfileAndItsVersion() {
        assertThat(Voice.of(Knowledge.ofWorkload(SOUND), null, SizingPolicy.DEFAULT, Trail.NONE)
                        .source())
                .isEqualTo("shop/deployment-reviews@4711");
        assertThat(Voice.of(new Lineage(null, LEARNING, NAMESPACE, null), null, SizingPolicy.DEFAULT, Trail.NONE)
                        .source())
                .isEqualTo("shop/prior@4711");
        assertThat(Voice.of(Lineage.NONE, null, SizingPolicy.DEFAULT, Trail.NONE)
                        .source())
                .isNull();
        MemoryProfile fromFile = new MemoryProfile(
                "shop/file",
                "",
                Standing.READY,
                SOUND.recommendation(),
                SOUND.observed(),
                SOUND.proxy(),
                SOUND.verdict(),
                null);
        assertThat(Voice.of(Knowledge.ofWorkload(fromFile), null, SizingPolicy.DEFAULT, Trail.NONE)
                        .source())
                .isEqualTo("shop/file");
    }

    @Test
    void knowsTheLargerUseOfWorkloadAndRevisionWhoeverSpeaks() {
        MemoryProfile busy = Knowledge.observing(Knowledge.live(90), LEARNING);
        assertThat(Voice.of(new Lineage(busy, SOUND, null, null), null, SizingPolicy.DEFAULT, Trail.NONE)
                        .live())
                .isEqualTo(Bytes.mebi(90));
        assertThat(Voice.of(new Lineage(null, busy, NAMESPACE, null), null, SizingPolicy.DEFAULT, Trail.NONE)
                        .live())
                .isEqualTo(Bytes.mebi(90));
        // a prior's figures are other workloads'
        assertThat(Voice.of(new Lineage(null, null, busy, MESH), null, SizingPolicy.DEFAULT, Trail.NONE)
                        .live())
                .isNull();
    }

    @Test
    void remembersTheLargestKillOfWorkloadAndRevision() {
        MemoryProfile killed = Knowledge.observing(Knowledge.killedAt(Bytes.mebi(128)), SOUND);
        MemoryProfile killedHigher = Knowledge.observing(Knowledge.killedAt(Bytes.mebi(256)), LEARNING);
        assertThat(Voice.of(new Lineage(killedHigher, killed, null, null), null, SizingPolicy.DEFAULT, Trail.NONE)
                        .killedAt())
                .isEqualTo(Bytes.mebi(256));
        assertThat(Voice.of(new Lineage(null, killed, null, null), null, SizingPolicy.DEFAULT, Trail.NONE)
                        .killedAt())
                .isEqualTo(Bytes.mebi(128));
        assertThat(Voice.of(Knowledge.ofWorkload(SOUND), null, SizingPolicy.DEFAULT, Trail.NONE)
                        .killedAt())
                .isNull();
    }

    @Test
    void takesThePeakForTheSizeOfAKillThatWasNotRecorded() {
        MemoryProfile killed = Knowledge.observing(Knowledge.killedAt(null), SOUND);
        assertThat(Voice.of(Knowledge.ofWorkload(killed), null, SizingPolicy.DEFAULT, Trail.NONE)
                        .killedAt())
                .isEqualTo(Bytes.mebi(151));
    }

    private static @Nullable String source(Lineage lineage) {
        Voice voice = Voice.of(lineage, null, SizingPolicy.DEFAULT, Trail.NONE);
        assertThat(voice.recommendation()).isNotNull();
        return voice.source();
    }

    private static Origin heard(Lineage lineage) {
        Voice voice = Voice.of(lineage, null, SizingPolicy.DEFAULT, Trail.NONE);
        assertThat(voice.recommendation()).isNotNull();
        return voice.origin();
    }

    private static Reason silent(Lineage lineage) {
        Voice voice = Voice.of(lineage, null, SizingPolicy.DEFAULT, Trail.NONE);
        assertThat(voice.recommendation()).isNull();
        return voice.silence().why();
    }
}
