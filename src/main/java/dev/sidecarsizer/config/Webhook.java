package dev.sidecarsizer.config;

import dev.sidecarsizer.admission.AdmissionController;
import dev.sidecarsizer.admission.AdmissionMetrics;
import dev.sidecarsizer.admission.PodAdmission;
import dev.sidecarsizer.audit.DecisionJournal;
import dev.sidecarsizer.audit.board.Board;
import dev.sidecarsizer.profile.ProfileSink;
import dev.sidecarsizer.profile.Profiles;
import dev.sidecarsizer.sizing.Policies;
import dev.sidecarsizer.sizing.Surroundings;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * The webhook, put together. Nothing is found by scanning: what takes part is named here, and so is what of Spring Boot
 * does, for each configuration that need not be looked at starts us sooner.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableConfigurationProperties(Settings.class)
@ImportAutoConfiguration
@Import({Cluster.class, Folder.class, Learning.class, Lifecycle.class, Measures.class})
public class Webhook {

    @Bean
    AdmissionController admissionController(PodAdmission pods, AdmissionMetrics metrics) {
        return new AdmissionController(pods, metrics);
    }

    @Bean
    PodAdmission podAdmission(
            Profiles profiles,
            Policies policies,
            Surroundings.Source surroundings,
            DecisionJournal journal,
            ModeCap cap) {
        return new PodAdmission(
                WarmUp.over(profiles), policies, WarmUp.over(surroundings), journal, InstantSource.system(), cap);
    }

    @Bean
    AdmissionMetrics admissionMetrics(MeterRegistry registry) {
        return new AdmissionMetrics(registry);
    }

    @Bean
    Board board() {
        return new Board();
    }

    @Bean(initMethod = "start")
    DecisionJournal decisionJournal(ProfileSink sink, Settings settings) {
        return new DecisionJournal(sink, settings.audit().writeInterval());
    }
}
