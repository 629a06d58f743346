package dev.sidecarsizer;

import dev.sidecarsizer.config.Webhook;
import org.springframework.boot.SpringApplication;

/** The way in: serves the webhook. */
public final class SidecarSizerApplication {

    private SidecarSizerApplication() {}

    public static void main(String[] args) {
        SpringApplication.run(Webhook.class, args);
    }
}
