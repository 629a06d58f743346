package dev.sidecarsizer.backtest.recording;

/** Why a row is not used. */
public enum Unusable {
    MISSING_COLUMN("fewer columns than the header"),
    EMPTY_NAME("no workload or no pod"),
    NO_TIME("no timestamp"),
    TIME_OUT_OF_RANGE("timestamp before 1952 or after 2088"),
    NOT_A_NUMBER("bytes not a number"),
    NOT_FINITE("bytes NaN or infinite"),
    NEGATIVE("bytes negative"),
    MORE_THAN_A_NODE_HAS("more than any node has"),
    INCOMPLETE("without all that Prometheus knows of a step");

    private final String words;

    Unusable(String words) {
        this.words = words;
    }

    /** For people. */
    public String words() {
        return words;
    }
}
