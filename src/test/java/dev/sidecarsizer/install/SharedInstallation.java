package dev.sidecarsizer.install;

import dev.sidecarsizer.cluster.ControlPlane;
import dev.sidecarsizer.cluster.SharedControlPlane;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests an {@link InstalledWebhook} on the {@link SharedControlPlane}: one for all test classes of the run. What a
 * test changes of it, it must put back; namespaces are its own.
 */
public final class SharedInstallation implements ParameterResolver {

    private final SharedControlPlane planes = new SharedControlPlane();

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == InstalledWebhook.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        // after the plane in this store, so ended before it
        ControlPlane plane = planes.resolveParameter(parameter, context);
        return context.getRoot()
                .getStore(Namespace.create(SharedInstallation.class))
                .computeIfAbsent(InstalledWebhook.class, any -> InstalledWebhook.on(plane), InstalledWebhook.class);
    }
}
