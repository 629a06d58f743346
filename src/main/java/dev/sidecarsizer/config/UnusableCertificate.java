package dev.sidecarsizer.config;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.env.Environment;

/** Tells of a certificate that cannot be served with, at the end of a failed start, in place of a stack trace. */
final class UnusableCertificate implements FailureAnalyzer {

    private static final String DIRECTORY = "sidecar-sizer.tls.directory";

    private final Environment environment;

    UnusableCertificate(Environment environment) {
        this.environment = environment;
    }

    @Override
    public @Nullable FailureAnalysis analyze(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BeanCreationException bean && "sslBundleRegistry".equals(bean.getBeanName())) {
                Throwable deepest = NestedExceptionUtils.getMostSpecificCause(bean);
                return new FailureAnalysis(
                        DIRECTORY + " " + environment.getProperty(DIRECTORY, "/etc/sidecar-sizer/tls")
                                + " has no certificate that can be served with (" + deepest.getMessage()
                                + "): it needs tls.crt and tls.key in PEM, as certs-scripts/certs.sh or cert-manager make"
                                + " them",
                        null,
                        failure);
            }
        }
        return null;
    }
}
