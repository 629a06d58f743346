package dev.sidecarsizer.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.DecisionTally;
import dev.sidecarsizer.profile.Profiles.Lineage;
import dev.sidecarsizer.sizing.SizingPolicy;
import dev.sidecarsizer.sizing.Surroundings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What no folder can say: the cap, what is remembered, and a fault of ours. */
class PodAdmissionTest {

    private static final AdmissionCase SIZED = AdmissionCase.named("native-sidecar-of-a-deployment");
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

    private final List<DecisionTally> remembered = new ArrayList<>();

    @Test
    void goesNoFurtherThanTheInstallationsCap() {
        Answer audited = answer(SIZED, Mode.ENFORCE, Mode.AUDIT);
        assertThat(audited.verdict().mode()).isEqualTo(Mode.AUDIT);
        assertThat(audited.patchText()).isEqualTo("[]");
        assertThat(audited.warnings()).singleElement().asString().contains("would become 96Mi/192Mi");

        Answer off = answer(SIZED, Mode.ENFORCE, Mode.OFF);
        assertThat(off.verdict().reason()).isEqualTo("MODE_OFF");
        assertThat(off.warnings()).isEmpty();
    }

    @Test
    void remembersWhatWasDecidedForWhichWorkload() {
        SIZED.answer(SIZED.review(), Mode.ENFORCE, Mode.ENFORCE, (workload, tally) -> {
            assertThat(workload).isEqualTo(new WorkloadKey("shop", "apps", "Deployment", "reviews"));
            remembered.add(tally);
        });
        assertThat(remembered)
                .containsExactly(new DecisionTally(
                        Mode.ENFORCE,
                        "Resize",
                        "WORKLOAD_PROFILE",
                        1,
                        NOON,
                        new Memory(Bytes.mebi(128), Bytes.mebi(1024)),
                        new Memory(Bytes.mebi(96), Bytes.mebi(192))));
    }

    @Test
    void aDecisionIsOneLineAtDebugAndNoneAtInfo() {
        Logger logger = (Logger) LoggerFactory.getLogger(PodAdmission.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        try {
            answer(SIZED, Mode.ENFORCE, Mode.ENFORCE);
            assertThat(lines.list).isEmpty();

            logger.setLevel(Level.DEBUG);
            answer(SIZED, Mode.ENFORCE, Mode.ENFORCE);
        } finally {
            logger.setLevel(null);
            logger.detachAppender(lines);
        }

        assertThat(lines.list).singleElement().satisfies(line -> assertThat(line.getKeyValuePairs())
                .extracting(Object::toString)
                .contains(
                        "workload=\"shop/Deployment/reviews\"",
                        "mode=\"enforce\"",
                        "decision=\"Resize\"",
                        "reason=\"WORKLOAD_PROFILE\""));
    }

    @Test
    void remembersWhatWasKeptAndWhatAuditSaw() {
        answer(AdmissionCase.named("workload-that-nobody-has-seen"), Mode.ENFORCE, Mode.ENFORCE);
        answer(AdmissionCase.named("namespace-in-audit"), Mode.AUDIT, Mode.ENFORCE);
        assertThat(remembered)
                .extracting(DecisionTally::mode, DecisionTally::reason)
                .containsExactly(tuple(Mode.ENFORCE, "NO_PROFILE"), tuple(Mode.AUDIT, "WORKLOAD_PROFILE"));
    }

    @Test
    void doesNotRememberADryRunOrASecondRound() {
        AdmissionCase second = AdmissionCase.named("second-round-on-our-own-output");
        answer(second, Mode.ENFORCE, Mode.ENFORCE);
        ObjectNode dry = (ObjectNode) JsonMapper.shared().readTree(SIZED.review());
        ((ObjectNode) dry.path("request")).put("dryRun", true);
        SIZED.answer(dry.toString().getBytes(StandardCharsets.UTF_8), Mode.ENFORCE, Mode.ENFORCE, this::remember);
        assertThat(remembered).isEmpty();
    }

    @Test
    void remembersWhatItDidNotUnderstandOrHadNoRoomToWrite() {
        answer(AdmissionCase.named("proxy-limit-of-1.5.5"), Mode.ENFORCE, Mode.ENFORCE);
        answer(AdmissionCase.named("annotations-that-are-full"), Mode.ENFORCE, Mode.ENFORCE);
        assertThat(remembered)
                .extracting(DecisionTally::reason)
                .containsExactly("POD_NOT_UNDERSTOOD", "ANNOTATIONS_FULL");
    }

    /** Anybody may write that annotation, of the size of a request; time must not grow with its square. */
    @Test
    void readsTheWordOfAVpaInOneGoHoweverLong() {
        AdmissionCase one = AdmissionCase.named("vertical-autoscaler-that-has-sized-the-proxy-already");
        ObjectNode review = (ObjectNode) JsonMapper.shared().readTree(one.review());
        ((ObjectNode) review.at("/request/object/metadata/annotations"))
                .put("vpaUpdates", "container 1:".repeat(80_000));
        byte[] hostile = review.toString().getBytes(StandardCharsets.UTF_8);

        assertTimeoutPreemptively(
                Duration.ofSeconds(5), () -> one.answer(hostile, Mode.ENFORCE, Mode.ENFORCE, this::remember));
    }

    @Test
    void admitsAPodUnchangedWhateverBreaksInUs() {
        PodAdmission broken = new PodAdmission(
                (workload, revision, concurrency) -> {
                    throw new IllegalStateException("a fault that a test made");
                },
                (namespace, labels) -> SizingPolicy.DEFAULT,
                everywhereEnforce(),
                this::remember,
                InstantSource.fixed(NOON),
                () -> Mode.ENFORCE);
        isAdmittedUnchangedBy(broken);
        PodAdmission overflowing = new PodAdmission(
                (workload, revision, concurrency) -> Lineage.NONE,
                (namespace, labels) -> {
                    throw new StackOverflowError("a fault that a test made");
                },
                everywhereEnforce(),
                this::remember,
                InstantSource.fixed(NOON),
                () -> Mode.ENFORCE);
        isAdmittedUnchangedBy(overflowing);
        assertThat(remembered).isEmpty();
    }

    private static void isAdmittedUnchangedBy(PodAdmission pods) {
        Review review = Reviews.read(SIZED.review());
        Verdict verdict = pods.admit(review, Mode.ENFORCE);
        assertThat(verdict.decision()).isEqualTo("Keep");
        assertThat(verdict.reason()).isEqualTo("INTERNAL_ERROR");
        assertThat(JsonMapper.shared().readTree(Reviews.write(review, verdict)).path("response"))
                .isEqualTo(JsonMapper.shared()
                        .createObjectNode()
                        .put("uid", review.uid())
                        .put("allowed", true));
    }

    private Answer answer(AdmissionCase one, Mode most, Mode cap) {
        return one.answer(one.review(), most, cap, this::remember);
    }

    private void remember(WorkloadKey workload, DecisionTally tally) {
        remembered.add(tally);
    }

    private static Surroundings.Source everywhereEnforce() {
        return new Surroundings.Source() {
            @Override
            public Optional<Mode> mode(String namespace) {
                return Optional.of(Mode.ENFORCE);
            }

            @Override
            public Surroundings of(WorkloadKey workload) {
                return Surroundings.NONE;
            }
        };
    }
}
