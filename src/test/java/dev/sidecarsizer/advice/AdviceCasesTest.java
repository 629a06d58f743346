package dev.sidecarsizer.advice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.profile.Finding;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A new finding is one class, one constant of {@link Kind} and one folder of cases. */
class AdviceCasesTest {

    private static final List<Case> CASES = Case.all();

    static List<Case> cases() {
        return CASES;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isAnswered(Case one) {
        assertThat(Case.tree(Kind.valueOf(one.kind()).rule().judge(one.known())))
                .as(one.toString())
                .isEqualTo(one.expected());
    }

    /** A healthy twin shows that the rule can be silent; a case without evidence, that it does not guess. */
    @ParameterizedTest
    @EnumSource
    void hasACaseOfEachAnswer(Kind kind) {
        assertThat(CASES.stream()
                        .filter(one -> one.kind().equals(kind.name()))
                        .flatMap(one -> one.expected().propertyNames().stream())
                        .distinct())
                .containsExactlyInAnyOrder("found", "healthy", "lacks");
    }

    /** A case that is healthy for one rule alone does not have the word in its name. */
    @ParameterizedTest
    @MethodSource("healthyTwins")
    void healthyTwinsHaveNoFindingAtAll(Case one) {
        assertThat(Kind.judge(one.known()).found()).extracting(Finding::kind).isEmpty();
    }

    static Stream<Case> healthyTwins() {
        return CASES.stream().filter(one -> one.name().endsWith("-healthy"));
    }
}
