package dev.sidecarsizer.collect;

/** A source of usage cannot be read. Its message names the source, what was wrong, and the remedy. */
public final class SourceFailed extends RuntimeException {

    private final boolean lasting;

    /**
     * @param lasting whether trying again is of no use until somebody changes a setting
     */
    public SourceFailed(String message, boolean lasting, Throwable cause) {
        super(message, cause);
        this.lasting = lasting;
    }

    /** For what no exception underlies. */
    public SourceFailed(String message, boolean lasting) {
        super(message);
        this.lasting = lasting;
    }

    public boolean lasting() {
        return lasting;
    }
}
