package dev.sidecarsizer.admission;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/** Says which case failed: Surefire tells the runs of a parameterized test apart by their numbers alone. */
final class CaseNamed implements TestExecutionExceptionHandler {

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) {
        throw new AssertionError("case " + context.getDisplayName() + ": " + failure.getMessage(), failure);
    }
}
