package dev.sidecarsizer.config;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** How we come and go. */
@Configuration(proxyBeanMethods = false)
class Lifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(Lifecycle.class);

    @Bean
    WarmUp warmUp(SslBundles bundles, ServerProperties server) {
        return new WarmUp(bundles, server.getAddress());
    }

    @Bean
    Opening opening(Awaited awaited, WarmUp warmUp) {
        return new Opening(awaited, warmUp);
    }

    @Bean
    Drain drain(Settings settings) {
        return new Drain(settings.shutdown().drain());
    }

    @Bean
    ApplicationListener<ApplicationReadyEvent> opens(Opening opening, ModeCap cap) {
        return event -> {
            if (event.getApplicationContext() instanceof WebServerApplicationContext serving
                    && serving.getWebServer() != null) {
                int port = serving.getWebServer().getPort();
                opening.begin(port, () -> LOG.info("ready: serving on port {}, mode at most {}", port, cap.get()));
            }
        };
    }
}
