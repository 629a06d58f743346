package dev.sidecarsizer.cli.backtest;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Whether somebody looks at standard error, wherever standard output goes: Java's console wants both. */
final class Terminal {

    private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

    private Terminal() {}

    static boolean isWatched() {
        return isTerminal(STANDARD_ERROR)
                || Optional.ofNullable(System.console())
                        .map(Console::isTerminal)
                        .orElse(false);
    }

    /** As Linux names the end of an open file; elsewhere nothing is known. */
    static boolean isTerminal(Path open) {
        try {
            return Files.readSymbolicLink(open).toString().matches("/dev/(pts/|tty|console).*");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
