package dev.sidecarsizer.cli;

/** A command cannot do what it was asked; the message is one line that says what, and what would help. */
public final class CommandFailed extends Exception {

    public CommandFailed(String message) {
        super(message);
    }

    public CommandFailed(String message, Throwable cause) {
        super(message, cause);
    }
}
