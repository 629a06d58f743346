package dev.sidecarsizer.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether all namespaces are meant, or one. */
public final class NamespaceOption {

    @Option(
            names = {"-A", "--all-namespaces"},
            description = "Of all namespaces.")
    private boolean everywhere;

    /** The namespace that is meant; {@code null} for all. */
    public @Nullable String of(Knowledge knowledge) {
        return everywhere ? null : knowledge.namespace();
    }

    /** For people. */
    public static String named(@Nullable String namespace) {
        return namespace == null ? "all namespaces" : "namespace " + namespace;
    }
}
