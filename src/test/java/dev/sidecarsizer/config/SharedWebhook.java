package dev.sidecarsizer.config;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests a {@link WebhookProcess} with the profile {@code local}: one for all test classes of the run. That it
 * serves them all, whatever came before, is part of what they show.
 */
final class SharedWebhook implements ParameterResolver {

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == WebhookProcess.class;
    }

    @Override
    public WebhookProcess resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(Namespace.create(SharedWebhook.class))
                .computeIfAbsent(
                        WebhookProcess.class,
                        any -> WebhookProcess.local("--sidecar-sizer.shutdown.drain=0s"),
                        WebhookProcess.class);
    }
}
