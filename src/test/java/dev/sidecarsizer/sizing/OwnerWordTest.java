package dev.sidecarsizer.sizing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Pod;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class OwnerWordTest {

    @Test
    void isSilentByDefault() {
        assertThat(OwnerWord.of(annotated("other", "x"))).isEqualTo(new OwnerWord(null, null, false, false));
    }

    @ParameterizedTest
    @CsvSource({"16Mi, 16", "300Mi, 300", "1Gi, 1024", "1Ti, 1048576"})
    void namesALimit(String text, long mebibytes) {
        assertThat(OwnerWord.of(annotated(OwnerWord.MEMORY_LIMIT, text)).memoryLimit())
                .isEqualTo(Bytes.mebi(mebibytes));
    }

    @ParameterizedTest
    @CsvSource({"1s, PT1S", "300s, PT5M", "5m, PT5M", "24h, PT24H"})
    void namesATimeout(String text, Duration timeout) {
        OwnerWord word = OwnerWord.of(annotated(OwnerWord.IDLE_TIMEOUT, text));
        assertThat(word.idleTimeout()).isEqualTo(timeout);
        assertThat(word.idleTimeoutOff()).isFalse();
    }

    @Test
    void switchesOff() {
        assertThat(OwnerWord.of(annotated(OwnerWord.IDLE_TIMEOUT, "none")))
                .isEqualTo(new OwnerWord(null, null, true, false));
        assertThat(OwnerWord.of(annotated(OwnerWord.OVERLOAD, "false")).overloadOff())
                .isTrue();
        assertThat(OwnerWord.of(annotated(OwnerWord.OVERLOAD, "true")).overloadOff())
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-1", "15Mi", "2Ti", "8Ei", "1e999999999", "much", "256MB", " 256Mi", "none"})
    @Timeout(1)
    void isRefusedWithTheAnnotationAndARemedyWhereItNamesNoLimit(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OwnerWord.of(annotated(OwnerWord.MEMORY_LIMIT, text)))
                .withMessageStartingWith("annotation sidecar-sizer.dev/memory-limit: ")
                .withMessageMatching(".*(Mi|Gi|Ti).*");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0s", "25h", "9999999h", "99999999999s", "5", "5 m", "-1s", "1.5h", "PT5M", "None"})
    void isRefusedWithTheAnnotationAndARemedyWhereItNamesNoTimeout(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OwnerWord.of(annotated(OwnerWord.IDLE_TIMEOUT, text)))
                .withMessageStartingWith("annotation sidecar-sizer.dev/idle-timeout: ")
                .withMessageContaining("300s");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no", "False", "0"})
    void isRefusedWhereItIsNeitherTrueNorFalse(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OwnerWord.of(annotated(OwnerWord.OVERLOAD, text)))
                .withMessageContaining("neither true nor false");
    }

    @ParameterizedTest
    @ValueSource(strings = {OwnerWord.MEMORY_LIMIT, OwnerWord.IDLE_TIMEOUT, OwnerWord.OVERLOAD})
    @Timeout(1)
    void isNotRepeatedAtLength(String annotation) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OwnerWord.of(annotated(annotation, "9".repeat(200_000))))
                .satisfies(refused -> assertThat(refused.getMessage()).hasSizeLessThan(200));
    }

    private static Pod annotated(String key, String value) {
        ObjectNode pod = JsonMapper.shared().createObjectNode();
        pod.putObject("metadata").putObject("annotations").put(key, value);
        pod.putObject("spec");
        return new Pod("shop", pod);
    }
}
