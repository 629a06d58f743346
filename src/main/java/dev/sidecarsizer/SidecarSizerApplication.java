package dev.sidecarsizer;

import dev.sidecarsizer.cli.Cli;
import dev.sidecarsizer.config.Webhook;
import org.slf4j.helpers.NOP_FallbackServiceProvider;
import org.springframework.boot.SpringApplication;

/** The way in: serves the webhook, or runs the subcommand that is named first. */
public final class SidecarSizerApplication {

    private SidecarSizerApplication() {}

    public static void main(String[] args) {
        if (Cli.takes(args)) {
            // a command says itself what its caller must know; a log would take a while to set up, and the same place
            System.getProperties().putIfAbsent("slf4j.provider", NOP_FallbackServiceProvider.class.getName());
            System.getProperties().putIfAbsent("slf4j.internal.verbosity", "WARN");
            System.exit(Cli.run(args));
        }
        SpringApplication.run(Webhook.class, args);
    }
}
