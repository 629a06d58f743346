package dev.sidecarsizer.collect.prometheus;

/** The server cannot answer so large a question; a smaller one may do. */
final class TooMuch extends RuntimeException {

    TooMuch(String message) {
        super(message);
    }
}
