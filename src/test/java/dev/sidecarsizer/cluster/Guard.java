package dev.sidecarsizer.cluster;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The words that start a child process so that it never outlives this JVM, however the JVM ends. */
final class Guard {

    /**
     * A watcher reads the pipe that this JVM holds; when the JVM is gone, killed included, the pipe ends and so does the
     * child. {@code exec} leaves the child under the process id that the JVM knows.
     */
    private static final String SCRIPT =
            "exec 3<&0; (cat <&3 >/dev/null 2>&1; kill $$ 2>/dev/null) >/dev/null 2>&1 & exec \"$@\" 3<&- </dev/null";

    private Guard() {}

    static List<String> words(List<String> command) {
        List<String> words = new ArrayList<>();
        // its own session: a Ctrl-C is for us, and we end our children in order
        onPath("setsid").ifPresent(setsid -> words.add(setsid.toString()));
        words.addAll(List.of("sh", "-c", SCRIPT, "sh"));
        words.addAll(command);
        return words;
    }

    /** The program of that name on the PATH. */
    static Optional<Path> onPath(String program) {
        String path = System.getenv("PATH");
        return Stream.of((path == null ? "" : path).split(Pattern.quote(System.getProperty("path.separator")), -1))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder).resolve(program))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
