package dev.sidecarsizer.config;

import dev.sidecarsizer.guard.Brake;
import dev.sidecarsizer.mesh.Mode;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.Supplier;

/**
 * How far the whole installation may go now, and what is measured of it.
 *
 * @param property the property's word, which holds as long as we run
 * @param brake what people said meanwhile
 */
record ModeCap(Mode property, Supplier<Brake> brake) implements Supplier<Mode>, MeterBinder {

    @Override
    public Mode get() {
        return property.atMost(brake.get().cap());
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        bind(registry, "property", () -> property);
        bind(registry, "brake", () -> brake.get().mode());
        bind(registry, "breaker", () -> brake.get().breaker() == null ? Mode.ENFORCE : Mode.AUDIT);
    }

    private static void bind(MeterRegistry registry, String by, Supplier<Mode> cap) {
        Gauge.builder("sidecar.sizer.mode.cap", () -> height(cap.get()))
                .description("How far the installation may go: 0 off, 1 audit, 2 enforce; the lowest holds")
                .tag("by", by)
                .register(registry);
    }

    private static int height(Mode mode) {
        return switch (mode) {
            case OFF -> 0;
            case AUDIT -> 1;
            case ENFORCE -> 2;
        };
    }
}
