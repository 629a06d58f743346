package dev.sidecarsizer.profile.history;

/** A kept history cannot be read: it is of another version, cut off, or was written by somebody else. */
public final class HistoryFault extends Exception {

    HistoryFault(String message) {
        super(message);
    }
}
