package dev.sidecarsizer.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.guard.Brake;
import dev.sidecarsizer.mesh.Mode;
import org.junit.jupiter.api.Test;

class RememberedBrakeTest {

    private final RememberedBrake brake = new RememberedBrake("sidecar-sizer-system");

    @Test
    void isWhatTheConfigMapSaysForAsLongAsItIsThere() {
        assertThat(brake.now()).isEqualTo(Brake.RELEASED);
        assertThat(brake.size()).isZero();

        put("{data: {mode: audit}}");

        assertThat(brake.now().cap()).isEqualTo(Mode.AUDIT);
        assertThat(brake.size()).isOne();

        put("{data: {mode: 'off'}}");

        assertThat(brake.now().cap()).isEqualTo(Mode.OFF);

        put("{immutable: false}");

        assertThat(brake.now()).isEqualTo(Brake.RELEASED);

        put("{data: {mode: audit}}");
        brake.forget("sidecar-sizer-system/sidecar-sizer");

        assertThat(brake.now()).isEqualTo(Brake.RELEASED);
        assertThat(brake.size()).isZero();
    }

    @Test
    void nobodyElsesConfigMapCounts() {
        brake.remember(Written.object("shop", "sidecar-sizer", "{data: {mode: audit}}"));
        brake.remember(Written.object("sidecar-sizer-system", "other", "{data: {mode: audit}}"));

        assertThat(brake.now()).isEqualTo(Brake.RELEASED);

        put("{data: {mode: audit}}");
        brake.forget("shop/sidecar-sizer");

        assertThat(brake.now().cap()).isEqualTo(Mode.AUDIT);
    }

    @Test
    void aFaultIsCountedAndHoldsAtAudit() {
        put("{data: {mode: halt}}");

        assertThat(brake.now().cap()).isEqualTo(Mode.AUDIT);
        assertThat(brake.faults().count()).isOne();

        put("{data: [mode]}");

        assertThat(brake.now().cap()).isEqualTo(Mode.AUDIT);
        assertThat(brake.now().fault()).startsWith("ConfigMap.data");

        put("{data: {mode: enforce}}");

        assertThat(brake.now()).isEqualTo(Brake.RELEASED);
        assertThat(brake.faults().count()).isZero();
    }

    private void put(String body) {
        brake.remember(Written.object("sidecar-sizer-system", "sidecar-sizer", body));
    }
}
