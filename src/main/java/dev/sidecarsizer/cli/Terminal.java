package dev.sidecarsizer.cli;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Whether somebody looks at what is written, wherever else it comes from or goes: Java's console wants all of it. */
public final class Terminal {

    private Terminal() {}

    public static boolean isOnStandardError() {
        return isAt("2");
    }

    /** Whether standard output takes colours, which <a href="https://no-color.org">NO_COLOR</a> denies. */
    static boolean takesColours(Map<String, String> environment) {
        return environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !"dumb".equals(environment.get("TERM"))
                && isAt("1");
    }

    /** As Linux names the end of an open file; elsewhere nothing is known but by Java's console. */
    private static boolean isAt(String descriptor) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd", descriptor))
                    .toString()
                    .matches("/dev/(pts/|tty|console).*");
        } catch (IOException | UnsupportedOperationException unknown) {
            return Optional.ofNullable(System.console())
                    .map(Console::isTerminal)
                    .orElse(false);
        }
    }
}
