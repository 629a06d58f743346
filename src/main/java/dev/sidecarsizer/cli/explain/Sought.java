package dev.sidecarsizer.cli.explain;

import dev.sidecarsizer.mesh.WorkloadKey;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The workload that somebody means.
 *
 * @param namespace {@code null} for any
 * @param kind in lower case, in full; {@code null} for any
 * @param name its name
 */
record Sought(@Nullable String namespace, @Nullable String kind, String name) {

    private static final Map<String, String> SHORT = Map.of(
            "deploy", "deployment",
            "sts", "statefulset",
            "ds", "daemonset",
            "cj", "cronjob",
            "rs", "replicaset",
            "po", "pod");

    /**
     * Reads {@code NAMESPACE/NAME}, {@code NAMESPACE/KIND/NAME} or {@code NAME}; beside {@code --namespace} or {@code -A},
     * as kubectl has it, {@code KIND/NAME}.
     *
     * @param asked the namespace that was named
     * @param anywhere whether all namespaces are meant
     * @param current the namespace that is meant otherwise
     * @throws IllegalArgumentException where it can be none of these
     */
    static Sought parse(String text, Optional<String> asked, boolean anywhere, String current) {
        List<String> parts = List.of(text.split("/", -1));
        if (parts.stream().anyMatch(String::isBlank) || parts.size() > 3) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is neither NAMESPACE/WORKLOAD, NAMESPACE/KIND/WORKLOAD,"
                            + " nor, with -n or -A, KIND/WORKLOAD");
        }
        String name = parts.getLast();
        String here = anywhere ? null : asked.orElse(current);
        boolean named = anywhere || asked.isPresent();
        if (parts.size() == 1) {
            return new Sought(here, null, name);
        }
        if (parts.size() == 2) {
            return named ? new Sought(here, kind(parts.get(0)), name) : new Sought(parts.get(0), null, name);
        }
        if (asked.isPresent() && !asked.get().equals(parts.get(0))) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is in another namespace than --namespace " + asked.get());
        }
        return new Sought(parts.get(0), kind(parts.get(1)), name);
    }

    boolean is(WorkloadKey workload) {
        return (namespace == null || namespace.equals(workload.namespace()))
                && (kind == null || kind.equals(workload.kind().toLowerCase(Locale.ROOT)))
                && name.equals(workload.name());
    }

    private static String kind(String word) {
        String lower = word.toLowerCase(Locale.ROOT);
        String whole =
                lower.endsWith("s") && !SHORT.containsKey(lower) ? lower.substring(0, lower.length() - 1) : lower;
        return SHORT.getOrDefault(whole, whole);
    }

    /** As it can be asked for. */
    @Override
    public String toString() {
        return (namespace == null ? "" : namespace + "/") + (kind == null ? "" : kind + "/") + name;
    }
}
