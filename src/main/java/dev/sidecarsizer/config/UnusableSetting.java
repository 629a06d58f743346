package dev.sidecarsizer.config;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** A setting that nothing can be done with; the message names it, its value, and the remedy. */
final class UnusableSetting extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    UnusableSetting(@Nullable String message) {
        super(message);
    }

    /** Tells the message at the end of a failed start, in place of a stack trace. */
    static final class Analyzer extends AbstractFailureAnalyzer<UnusableSetting> {

        @Override
        protected FailureAnalysis analyze(Throwable failure, UnusableSetting cause) {
            return new FailureAnalysis(cause.getMessage(), null, cause);
        }
    }
}
