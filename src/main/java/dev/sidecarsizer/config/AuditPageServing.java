package dev.sidecarsizer.config;

import dev.sidecarsizer.admission.Judge;
import dev.sidecarsizer.audit.board.Board;
import dev.sidecarsizer.audit.page.AuditPage;
import dev.sidecarsizer.audit.page.Data;
import dev.sidecarsizer.audit.page.Source;
import dev.sidecarsizer.audit.whatif.Archive;
import dev.sidecarsizer.audit.whatif.WhatIf;
import dev.sidecarsizer.profile.Profiles;
import dev.sidecarsizer.sizing.Policies;
import dev.sidecarsizer.sizing.Surroundings;
import java.time.InstantSource;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextType;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;

/** The audit page, on the port of metrics; with a port for all there is none, for that one is called by strangers. */
@ManagementContextConfiguration(value = ManagementContextType.CHILD, proxyBeanMethods = false)
@ConditionalOnProperty(name = "sidecar-sizer.audit.page", matchIfMissing = true)
class AuditPageServing {

    /** A replica that answers reviews has other things to do first. */
    private static final int WHEN_ASKED = -1;

    @Bean
    ServletRegistrationBean<AuditPage> auditPage(
            Board board,
            Source source,
            Archive archive,
            Profiles profiles,
            Policies policies,
            Surroundings.Source surroundings,
            ModeCap cap,
            Settings settings) {
        Judge judge = new Judge(profiles, policies, surroundings, cap);
        AuditPage page = new AuditPage(
                settings.namespace(),
                new Data(
                        board,
                        judge,
                        source,
                        new WhatIf(archive),
                        settings.namespace(),
                        AuditPageServing.class.getPackage().getImplementationVersion(),
                        InstantSource.system()));
        ServletRegistrationBean<AuditPage> registration = new ServletRegistrationBean<>(page, "/audit/*", "");
        registration.setLoadOnStartup(WHEN_ASKED);
        return registration;
    }
}
