package dev.sidecarsizer.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.patch.Outcomes;
import dev.sidecarsizer.sizing.Decision.Bound;
import dev.sidecarsizer.sizing.Decision.Origin;
import dev.sidecarsizer.sizing.Decision.Reason;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A word that no folder of {@code src/test/resources/admission} ends in is a rule that nobody has thought through. */
class CasesReachEveryWordTest {

    private static final List<JsonNode> DECISIONS =
            AdmissionCase.all().stream().map(AdmissionCase::decision).toList();

    @Test
    void whyAPodStaysAsItCame() {
        // a fault of ours is no case: PodAdmissionTest makes one
        assertThat(words("/reason"))
                .containsAll(Stream.of(Reason.values())
                        .filter(reason -> reason != Reason.INTERNAL_ERROR)
                        .map(Enum::name)
                        .toList());
    }

    @Test
    void whoSpoke() {
        assertThat(words("/reason"))
                .containsAll(Stream.of(Origin.values()).map(Enum::name).toList());
    }

    @Test
    void whatBentTheNumber() {
        assertThat(DECISIONS.stream()
                        .flatMap(decision -> decision.at("/note/bounds").valueStream())
                        .map(JsonNode::asString))
                .containsAll(Stream.of(Bound.values()).map(Enum::name).toList());
    }

    @Test
    void whatBecameOfTheOverloadManager() {
        assertThat(words("/note/overload")).containsAll(Outcomes.ofOverload());
    }

    @Test
    void whatBecameOfTheIdleTimeout() {
        assertThat(words("/note/idleTimeout")).containsAll(Outcomes.ofIdleTimeout());
    }

    private static List<String> words(String pointer) {
        return DECISIONS.stream()
                .map(decision -> decision.at(pointer).asString(""))
                .filter(word -> !word.isEmpty())
                .distinct()
                .toList();
    }
}
