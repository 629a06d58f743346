package dev.sidecarsizer.config;

import dev.sidecarsizer.store.KubernetesStore;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** What is measured of the watches. */
final class StoreMeasures implements MeterBinder {

    private final KubernetesStore store;

    StoreMeasures(KubernetesStore store) {
        this.store = store;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (String kind : KubernetesStore.kinds()) {
            TimeGauge.builder("sidecar.sizer.cache.age", () -> age(kind), TimeUnit.SECONDS)
                    .description("Time since the API server last told of changes; 0 while it does, NaN where the kind"
                            + " is not served")
                    .tag("kind", kind)
                    .register(registry);
            FunctionCounter.builder("sidecar.sizer.cache.failures", store, from -> failures(from, kind))
                    .description("Failed attempts to list or watch")
                    .tag("kind", kind)
                    .register(registry);
        }
        for (String kind : store.sizes().keySet()) {
            Gauge.builder("sidecar.sizer.cache.objects", store, from -> from.sizes()
                            .getOrDefault(kind, 0))
                    .description("Objects in memory")
                    .tag("kind", kind)
                    .register(registry);
            Gauge.builder("sidecar.sizer.cache.faulty", store, from -> from.faulty()
                            .getOrDefault(kind, 0))
                    .description("Objects that are not used for a fault of theirs")
                    .tag("kind", kind)
                    .register(registry);
        }
    }

    private double age(String kind) {
        Duration age = store.ages().get(kind);
        return age == null ? Double.NaN : age.toMillis() / 1000.0;
    }

    private static double failures(KubernetesStore store, String kind) {
        return store.failures().getOrDefault(kind, 0L);
    }
}
