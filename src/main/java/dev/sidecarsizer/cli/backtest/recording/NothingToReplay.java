package dev.sidecarsizer.cli.backtest.recording;

/** There is nothing that could be replayed; the message says where, and what would help. */
public final class NothingToReplay extends Exception {

    public NothingToReplay(String message) {
        super(message);
    }
}
