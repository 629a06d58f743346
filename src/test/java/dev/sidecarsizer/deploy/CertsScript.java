package dev.sidecarsizer.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.cluster.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** {@code certs-scripts/certs.sh}, run as a person runs it. */
final class CertsScript {

    static final String PATH = "certs-scripts/certs.sh";

    private final Path kubectl;

    /** @param kubectl the words that call kubectl; the script wants them to be one program, made in {@code folder} */
    CertsScript(List<String> kubectl, Path folder) throws IOException {
        this.kubectl = folder.resolve("kubectl");
        String words = kubectl.stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "));
        Files.writeString(this.kubectl, "#!/bin/sh\nexec " + words + " \"$@\"\n");
        Files.setPosixFilePermissions(this.kubectl, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** What it says when all goes well. */
    String says(String... arguments) {
        Command.Outcome outcome = run(arguments);
        assertThat(outcome.ok()).as(outcome.err()).isTrue();
        return outcome.out();
    }

    /** What it says when it refuses. */
    String refuses(String... arguments) {
        Command.Outcome outcome = run(arguments);
        assertThat(outcome.ok()).as(outcome.out()).isFalse();
        return outcome.err();
    }

    void kubectl(String... arguments) {
        List<String> words = new ArrayList<>(List.of(kubectl.toString()));
        words.addAll(List.of(arguments));
        Command.Outcome outcome = new Command(words).run();
        assertThat(outcome.ok()).as(outcome.err()).isTrue();
    }

    private Command.Outcome run(String... arguments) {
        List<String> words = new ArrayList<>(List.of("env", "KUBECTL=" + kubectl, PATH));
        words.addAll(List.of(arguments));
        return new Command(words).run();
    }
}
