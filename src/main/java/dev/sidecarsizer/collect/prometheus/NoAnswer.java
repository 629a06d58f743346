package dev.sidecarsizer.collect.prometheus;

import dev.sidecarsizer.collect.SourceFailed;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import javax.net.ssl.SSLException;
import org.springframework.web.client.ResourceAccessException;

/** Says what it means that no answer came, or none that is whole. */
final class NoAnswer {

    private final PrometheusSettings settings;

    NoAnswer(PrometheusSettings settings) {
        this.settings = settings;
    }

    /**
     * What to throw instead: {@link Again}, {@link TooMuch} or {@link SourceFailed}.
     *
     * @param begun when it was asked, by {@link System#nanoTime()}
     */
    RuntimeException because(Exception failed, long begun) {
        // a body that takes too long is closed under its reader, who does not learn why
        boolean late = System.nanoTime() - begun >= settings.access().timeout().toNanos();
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            late |= cause instanceof HttpTimeoutException && !(cause instanceof HttpConnectTimeoutException);
            if (cause instanceof SSLException) {
                return new SourceFailed(
                        settings.place() + " is not trusted or speaks no TLS: " + cause.getMessage()
                                + "; give its CA, or correct the scheme in " + PrometheusSettings.PREFIX + "url",
                        true);
            }
            if (cause instanceof InterruptedException) {
                Thread.currentThread().interrupt();
                return new SourceFailed("reading from " + settings.place() + " was ended", false, failed);
            }
        }
        if (late) {
            return new TooMuch(settings.place() + " took longer than "
                    + settings.access().timeout() + " (" + PrometheusSettings.PREFIX + "access.timeout)");
        }
        Throwable cause =
                failed instanceof ResourceAccessException && failed.getCause() != null ? failed.getCause() : failed;
        return new Again("cannot be reached, or its answer was cut off: " + cause, failed);
    }
}
