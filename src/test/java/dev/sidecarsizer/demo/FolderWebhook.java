package dev.sidecarsizer.demo;

import dev.sidecarsizer.config.Webhook;
import java.net.URI;
import java.nio.file.Path;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** The webhook in this JVM, over a folder of profiles: where names are held to no schema. */
final class FolderWebhook implements AutoCloseable {

    private final ConfigurableApplicationContext context;

    private FolderWebhook(ConfigurableApplicationContext context) {
        this.context = context;
    }

    static FolderWebhook over(Path profiles) {
        SpringApplication application = new SpringApplication(Webhook.class);
        application.setRegisterShutdownHook(false);
        return new FolderWebhook(application.run(
                "--spring.profiles.active=local",
                "--sidecar-sizer.profiles.directory=" + profiles,
                "--sidecar-sizer.shutdown.drain=0s",
                "--server.address=127.0.0.1",
                "--server.port=0",
                "--management.server.address=127.0.0.1",
                "--management.server.port=0"));
    }

    /** Where the page is. */
    URI page() {
        return URI.create(
                "http://127.0.0.1:" + context.getEnvironment().getProperty("local.management.port") + "/audit/");
    }

    @Override
    public void close() {
        context.close();
    }
}
