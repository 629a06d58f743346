package dev.sidecarsizer;

import dev.sidecarsizer.cli.Cli;
import dev.sidecarsizer.config.Webhook;
import org.springframework.boot.SpringApplication;

/** The way in: serves the webhook, or runs the subcommand that is named first. */
public final class SidecarSizerApplication {

    private SidecarSizerApplication() {}

    public static void main(String[] args) {
        if (Cli.takes(args)) {
            System.exit(Cli.run(args));
        }
        SpringApplication.run(Webhook.class, args);
    }
}
