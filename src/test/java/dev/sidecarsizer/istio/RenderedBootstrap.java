package dev.sidecarsizer.istio;

import dev.sidecarsizer.install.Pause;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What real pilot-agent starts Envoy with: the bootstrap that it rendered, and all arguments. */
public final class RenderedBootstrap {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Stands where Envoy is looked for. The agent deletes the bootstrap when its Envoy ends: a copy stays. */
    private static final String RECORDER =
            """
            #!/bin/sh
            cp "$2" kept-bootstrap.json
            printf '%s\\n' "$@" >arguments
            """;

    private RenderedBootstrap() {}

    /**
     * The arguments of an Envoy that pilot-agent starts in this folder, all but an override: there is none.
     *
     * @param folder an empty one, where the bootstrap stays
     */
    public static List<String> arguments(Path folder) {
        try {
            Path recorder = Files.writeString(folder.resolve("envoy"), RECORDER);
            Files.setPosixFilePermissions(recorder, PosixFilePermissions.fromString("rwxr-xr-x"));
            try (PilotAgent agent = PilotAgent.start(folder, recorder, Map.of())) {
                Pause.until("pilot-agent ends with its Envoy", PATIENCE, () -> !agent.isAlive());
            }
            List<String> arguments = Files.readAllLines(folder.resolve("arguments"));
            arguments.set(1, folder.resolve("kept-bootstrap.json").toString());
            return arguments;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
