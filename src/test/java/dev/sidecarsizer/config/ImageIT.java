package dev.sidecarsizer.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.cluster.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The image, as far as it can be seen without Docker: its steps are taken, and what it would run is run. */
@Tag("mesh")
class ImageIT {

    private static final Path DOCKERFILE = Path.of("Dockerfile");

    @TempDir
    static Path root;

    @SuppressWarnings("NullAway.Init")
    private static DockerSteps image;

    @BeforeAll
    static void build() throws IOException {
        Path made = Files.createDirectories(root.resolve("build/target"));
        Files.copy(WebhookProcess.JAR, made.resolve("sidecar-sizer.jar"));
        image = DockerSteps.take(DOCKERFILE, root, "build");
    }

    @Test
    void itHoldsTheJarItsLibrariesItsOptionsAndTheCacheAndNothingElse() throws IOException {
        Set<String> names = new TreeSet<>();
        try (Stream<Path> found = Files.list(image.folder())) {
            found.forEach(file -> names.add(file.getFileName().toString()));
        }

        assertThat(names).containsExactly("java.options", "lib", "sidecar-sizer.aot", "sidecar-sizer.jar");
        assertThat(image.user()).isEqualTo("65532:65532");
    }

    @Test
    void itRunsFromTheCacheAndAnswersAReview() throws IOException {
        try (WebhookProcess webhook = run("-XX:AOTMode=on")) {
            webhook.awaitReady();

            assertThat(webhook.https().post("/mutate", Client.example()).body()).contains("\"patch\"");
            assertThat(webhook.log()).doesNotContain("[warning]", "[error]");
        }
    }

    @Test
    void aJarOfAnotherTimeIsNotTakenFromTheCache() {
        // so that the test above can fail
        Path jar = image.folder().resolve("lib");
        assertThat(new Command(
                                List.of("sh", "-c", "cp -r . ../touched && cd ../touched && touch sidecar-sizer.jar"),
                                image.folder())
                        .run()
                        .ok())
                .isTrue();
        assertThat(jar).isDirectory();
        try (WebhookProcess webhook = run(root.resolve("touched"), "-XX:AOTMode=on")) {
            assertThat(webhook.awaitExit(Duration.ofSeconds(30))).isNotZero();
        }
    }

    private static WebhookProcess run(String... options) {
        return run(image.folder(), options);
    }

    private static WebhookProcess run(Path folder, String... options) {
        List<String> command = new ArrayList<>(image.entrypoint());
        command.set(0, WebhookProcess.JAVA);
        command.addAll(1, List.of(options));
        command.addAll(List.of(
                "--spring.profiles.active=local",
                "--sidecar-sizer.profiles.directory="
                        + Path.of("docs/examples/shop").toAbsolutePath(),
                "--sidecar-sizer.shutdown.drain=0s"));
        return WebhookProcess.start(folder, image.environment(), command);
    }
}
