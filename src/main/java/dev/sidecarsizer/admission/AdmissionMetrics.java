package dev.sidecarsizer.admission;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/** What the admission path tells about itself. */
public final class AdmissionMetrics {

    private final MeterRegistry registry;

    public AdmissionMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Counts 0 of such answers: Prometheus sees no rise where a counter begins at 1. */
    void expect(String endpoint, Verdict verdict) {
        reviews(endpoint, verdict);
    }

    void answered(String endpoint, Verdict verdict, Duration took) {
        reviews(endpoint, verdict).increment();
        Timer.builder("sidecar.sizer.review.duration")
                .description("Time from a review's last byte read to its answer's first byte ready")
                .tag("endpoint", endpoint)
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofNanos(100_000))
                .maximumExpectedValue(Duration.ofSeconds(1))
                .register(registry)
                .record(took);
    }

    void refused(String endpoint, int status) {
        Counter.builder("sidecar.sizer.reviews.refused")
                .description("Bodies that were no reviews, by the HTTP status they got")
                .tag("endpoint", endpoint)
                .tag("status", String.valueOf(status))
                .register(registry)
                .increment();
    }

    private Counter reviews(String endpoint, Verdict verdict) {
        return Counter.builder("sidecar.sizer.reviews")
                .description("Reviews answered, by what was decided and why")
                .tag("endpoint", endpoint)
                .tag("mode", verdict.mode().toString())
                .tag("decision", verdict.decision())
                .tag("reason", verdict.reason())
                .tag("patched", String.valueOf(!verdict.patch().isEmpty()))
                .register(registry);
    }
}
