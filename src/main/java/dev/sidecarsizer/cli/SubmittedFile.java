package dev.sidecarsizer.cli;

import dev.sidecarsizer.store.Documents;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** The pods in a file, or on standard input. */
public final class SubmittedFile {

    private SubmittedFile() {}

    /**
     * All pods in {@code name}, in their order.
     *
     * @param name of a file; {@code -} for standard input
     * @param asked the namespace that was named; a document of another one is refused, as kubectl does
     * @param namespace where a document goes that names none
     * @param passedBy told of documents that are no pod and make none
     * @throws CommandFailed where it cannot be read, or has no pod
     */
    public static List<Submitted> read(String name, Optional<String> asked, String namespace, Consumer<String> passedBy)
            throws CommandFailed {
        List<Submitted> pods = new ArrayList<>();
        Map<String, Integer> others = new TreeMap<>();
        for (JsonNode document : documents(name)) {
            Optional<Submitted> pod = Submitted.of(document, namespace);
            if (pod.isPresent()) {
                pods.add(inNamespace(pod.get(), asked));
            } else if (document.isObject()) {
                others.merge(document.path("kind").asString("without a kind"), 1, Integer::sum);
            }
        }
        if (pods.isEmpty()) {
            throw new CommandFailed("-f " + name + " has no pod, and nothing that makes one"
                    + (others.isEmpty() ? "" : ", only " + counted(others)));
        }
        if (!others.isEmpty()) {
            passedBy.accept("passed by: " + counted(others));
        }
        return pods;
    }

    private static Submitted inNamespace(Submitted pod, Optional<String> asked) throws CommandFailed {
        String own = pod.review().namespace();
        if (asked.isPresent() && !asked.get().equals(own)) {
            throw new CommandFailed(pod.name() + " is of another namespace than --namespace " + asked.get());
        }
        return pod;
    }

    private static List<JsonNode> documents(String name) throws CommandFailed {
        try {
            InputStream in = name.equals("-") ? System.in : Files.newInputStream(Path.of(name));
            return Documents.read(in);
        } catch (NoSuchFileException missing) {
            throw new CommandFailed("-f " + name + ": there is no such file", missing);
        } catch (IOException | IllegalArgumentException unreadable) {
            throw new CommandFailed("-f " + name + " cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }

    private static String counted(Map<String, Integer> kinds) {
        List<String> words = new ArrayList<>();
        kinds.forEach((kind, count) -> words.add(count + " " + kind));
        return String.join(", ", words);
    }
}
