package dev.sidecarsizer.patch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.Pods;
import dev.sidecarsizer.sizing.Decision.Bound;
import dev.sidecarsizer.sizing.Decision.Keep;
import dev.sidecarsizer.sizing.Decision.Origin;
import dev.sidecarsizer.sizing.Decision.Reason;
import dev.sidecarsizer.sizing.Decision.Resize;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class DecisionAnnotationTest {

    private static final Memory NOW = new Memory(Bytes.mebi(96), Bytes.mebi(192));
    private static final Memory ISTIO = new Memory(Bytes.mebi(128), Bytes.mebi(1024));

    @Test
    void isShortJsonInOneOrder() {
        Resize resize = new Resize(
                ISTIO,
                Bytes.mebi(96),
                Bytes.mebi(192),
                Origin.WORKLOAD_PROFILE,
                List.of(Bound.LIVE_USE, Bound.CEILING),
                "shop/deployment-reviews@4711",
                null);
        assertThat(DecisionAnnotation.of(resize, Overload.Outcome.SET, IdleTimeout.Outcome.RAW_TCP))
                .isEqualTo(
                        "{\"decision\":\"Resize\",\"reason\":\"WORKLOAD_PROFILE\",\"bounds\":[\"LIVE_USE\",\"CEILING\"],"
                                + "\"before\":{\"request\":\"128Mi\",\"limit\":\"1Gi\"},"
                                + "\"after\":{\"request\":\"96Mi\",\"limit\":\"192Mi\"},"
                                + "\"overload\":\"SET\",\"idleTimeout\":\"RAW_TCP\",\"profile\":\"shop/deployment-reviews@4711\"}");
    }

    @Test
    void leavesOutWhatThereIsNot() {
        Resize resize =
                new Resize(new Memory(null, null), Bytes.mebi(16), Bytes.mebi(16), Origin.OWNER, List.of(), null, null);
        assertThat(DecisionAnnotation.of(resize, Overload.Outcome.LIMIT_TOO_SMALL, IdleTimeout.Outcome.NOT_ASKED))
                .isEqualTo("{\"decision\":\"Resize\",\"reason\":\"OWNER\",\"before\":{},"
                        + "\"after\":{\"request\":\"16Mi\",\"limit\":\"16Mi\"},"
                        + "\"overload\":\"LIMIT_TOO_SMALL\",\"idleTimeout\":\"NOT_ASKED\"}");
        assertThat(DecisionAnnotation.of(new Keep(Reason.NO_PROFILE), new Memory(Bytes.mebi(128), null)))
                .isEqualTo("{\"decision\":\"Keep\",\"reason\":\"NO_PROFILE\",\"before\":{\"request\":\"128Mi\"}}");
    }

    @Test
    void remembersWhatWasBeforeItsOwnNumbers() {
        assertThat(before("{\"before\":{\"request\":\"128Mi\",\"limit\":\"1Gi\"},"
                        + "\"after\":{\"request\":\"98304Ki\",\"limit\":\"192Mi\"}}"))
                .isEqualTo(ISTIO);
        assertThat(before("{\"before\":{},\"after\":{\"request\":\"96Mi\",\"limit\":\"192Mi\"}}"))
                .isEqualTo(new Memory(null, null));
    }

    @Test
    void isNotBelievedWhereTheNumbersAreOthersByNow() {
        assertThat(before("{\"before\":{\"request\":\"128Mi\",\"limit\":\"1Gi\"},"
                        + "\"after\":{\"request\":\"96Mi\",\"limit\":\"256Mi\"}}"))
                .isEqualTo(NOW);
        assertThat(before("{\"before\":{\"request\":\"128Mi\",\"limit\":\"1Gi\"},\"after\":{\"limit\":\"192Mi\"}}"))
                .isEqualTo(NOW);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Resize",
                "{",
                "null",
                "[]",
                "7",
                "{\"after\":\"192Mi\"}",
                "{\"after\":{\"request\":96,\"limit\":192}}",
                "{\"after\":{\"request\":\"1e999999999\",\"limit\":\"-1\"}}",
                "{\"before\":[],\"after\":[{\"limit\":\"192Mi\"}]}"
            })
    void countsAsNotThereWhereItCannotBeRead(String note) {
        assertThat(before(note)).isEqualTo(NOW);
    }

    @Test
    void countsAsNotThereWhereItIsDeep() {
        assertThat(before("[".repeat(100_000))).isEqualTo(NOW);
        assertThat(before("{\"after\":" + "{\"a\":".repeat(100_000))).isEqualTo(NOW);
    }

    /** Whose own annotation is nonsense gets nothing for it: no amount is no amount. */
    @Test
    void takesAnAbsurdAmountForNone() {
        assertThat(before("{\"before\":{\"request\":\"8Ei\",\"limit\":\"1.5.5\"},"
                        + "\"after\":{\"request\":\"96Mi\",\"limit\":\"192Mi\"}}"))
                .isEqualTo(new Memory(null, null));
    }

    private static Memory before(String note) {
        ObjectNode tree = (ObjectNode) Pods.classic("{}", "{requests: {memory: 96Mi}, limits: {memory: 192Mi}}")
                .tree();
        ((ObjectNode) tree.path("metadata")).putObject("annotations").put(DecisionAnnotation.KEY, note);
        Pod pod = new Pod("shop", tree);
        return DecisionAnnotation.before(pod, Pods.proxy(pod));
    }
}
