package dev.sidecarsizer.config;

import dev.sidecarsizer.audit.DecisionJournal;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What is measured beside the reviews; {@code docs/metrics.md} tells each. */
@Configuration(proxyBeanMethods = false)
class Measures {

    @Bean
    MeterBinder journalMeasures(DecisionJournal journal) {
        return registry -> {
            Gauge.builder("sidecar.sizer.journal.backlog", journal, DecisionJournal::backlog)
                    .description("Workloads whose decisions are not written into their profile yet")
                    .register(registry);
            FunctionCounter.builder("sidecar.sizer.journal.dropped", journal, DecisionJournal::dropped)
                    .description("Decisions that were not recorded for want of room, or given up")
                    .register(registry);
            FunctionCounter.builder("sidecar.sizer.journal.writes", journal, DecisionJournal::writes)
                    .description("Writes of decisions into a profile, by outcome")
                    .tag("outcome", "written")
                    .register(registry);
            FunctionCounter.builder("sidecar.sizer.journal.writes", journal, DecisionJournal::failures)
                    .description("Writes of decisions into a profile, by outcome")
                    .tag("outcome", "failed")
                    .register(registry);
        };
    }

    @Bean
    MeterBinder certificateMeasures(SslBundles bundles, Settings settings) {
        return registry -> {
            expiry("server", () -> Tls.server(bundles)).bindTo(registry);
            expiry("ca", () -> Tls.authority(settings.tls().directory())).bindTo(registry);
        };
    }

    private static MeterBinder expiry(String which, Supplier<Optional<X509Certificate>> certificate) {
        return registry -> TimeGauge.builder(
                        "sidecar.sizer.certificate.expiry",
                        () -> certificate.get().map(Measures::secondsLeft).orElse(Double.NaN),
                        TimeUnit.SECONDS)
                .description("Time until the certificate expires; NaN where there is none")
                .tag("certificate", which)
                .register(registry);
    }

    private static double secondsLeft(X509Certificate certificate) {
        return Duration.between(Instant.now(), certificate.getNotAfter().toInstant())
                .toSeconds();
    }
}
