package dev.sidecarsizer.store;

import dev.sidecarsizer.profile.Subject;
import dev.sidecarsizer.store.Typed.Unreadable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The histories in a folder's files, such as {@code kubectl get sidecarhistories -A -o yaml} wrote. They are many, and asked
 * for seldom: each time they are read anew. What cannot be read is left out.
 *
 * @param ownNamespace where the mesh's are
 */
record FolderHistories(List<Path> files, String ownNamespace) {

    /** Whether {@code document} is one. */
    static boolean has(JsonNode document) {
        return SidecarHistory.KIND.equals(document.path("kind").asString(""));
    }

    void each(BiConsumer<Subject, String> into) {
        for (Path file : files) {
            for (JsonNode document : documents(file)) {
                if (has(document)) {
                    subject(document)
                            .ifPresent(subject ->
                                    into.accept(subject, document.path("data").asString("")));
                }
            }
        }
    }

    /** A file that cannot be read was told when the folder was read. */
    private static List<JsonNode> documents(Path file) {
        try {
            return Documents.read(Files.newInputStream(file));
        } catch (IOException | IllegalArgumentException leftOut) {
            return List.of();
        }
    }

    private Optional<Subject> subject(JsonNode document) {
        try {
            SidecarProfile.Spec spec = Typed.of(
                    "spec",
                    JsonMapper.shared().treeToValue(document.path("spec"), Object.class),
                    SidecarProfile.Spec.class);
            return spec == null
                    ? Optional.empty()
                    : Optional.of(new ProfileReader(ownNamespace)
                            .subject(document.at("/metadata/namespace").asString("default"), spec));
        } catch (Unreadable ofNobody) {
            return Optional.empty();
        }
    }
}
