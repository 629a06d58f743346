package dev.sidecarsizer.cluster;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests a {@link ControlPlane} of the default version: one for all test classes of the run, ended with it. What a
 * test changes for the whole cluster it must put back; namespaces are its own.
 */
public final class SharedControlPlane implements ParameterResolver {

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == ControlPlane.class;
    }

    @Override
    public ControlPlane resolveParameter(ParameterContext parameter, ExtensionContext context) {
        // the root's store closes what it holds when the run ends
        return context.getRoot()
                .getStore(Namespace.create(SharedControlPlane.class))
                .computeIfAbsent(
                        ControlPlane.class,
                        any -> ControlPlane.start(ControlPlane.Wanted.byDefault()),
                        ControlPlane.class);
    }
}
