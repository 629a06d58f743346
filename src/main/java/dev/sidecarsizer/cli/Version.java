package dev.sidecarsizer.cli;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** The jar's version, as its manifest has it. */
final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
        String built = Version.class.getPackage().getImplementationVersion();
        return new String[] {"sidecar-sizer " + Objects.requireNonNullElse(built, "(not from a jar)")};
    }
}
