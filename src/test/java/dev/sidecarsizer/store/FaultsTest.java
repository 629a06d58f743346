package dev.sidecarsizer.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class FaultsTest {

    private static final String NOT_USED = "is not used";

    private final Faults faults = new Faults(SidecarProfile.KIND);

    @Test
    void aFaultThatStaysIsToldOnce(CapturedOutput log) {
        for (int update = 0; update < 3; update++) {
            faults.note("shop/reviews", "spec.scope: odd");
        }

        assertThat(log).containsOnlyOnce("SidecarProfile shop/reviews is not used: spec.scope: odd");
        assertThat(faults.count()).isEqualTo(1);
    }

    @Test
    void aFaultThatChangesOrComesBackIsToldAgain(CapturedOutput log) {
        faults.note("shop/reviews", "spec.scope: odd");
        faults.note("shop/reviews", "spec.workload: missing");
        faults.note("shop/reviews", null);
        assertThat(faults.count()).isZero();
        faults.note("shop/reviews", "spec.workload: missing");

        assertThat(log.getOut().lines().filter(line -> line.contains(NOT_USED))).hasSize(3);
    }

    @Test
    void ofManyTheFirstAreToldAndTheRestCounted(CapturedOutput log) {
        for (int update = 0; update < 2; update++) {
            for (int object = 0; object < 100; object++) {
                faults.note("shop/w" + object, "spec.scope: odd");
            }
        }

        assertThat(log.getOut().lines().filter(line -> line.contains(NOT_USED))).hasSize(21);
        assertThat(log).containsOnlyOnce("further ones are only counted");
        assertThat(faults.count()).isEqualTo(100);
    }
}
