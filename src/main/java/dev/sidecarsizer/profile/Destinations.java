package dev.sidecarsizer.profile;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Services that are called: {@code host} as Istio's telemetry names it; where that does not tell the namespace, which may be
 * known all the same, {@code namespace/host}.
 */
public final class Destinations {

    /** How many are kept. */
    public static final int MOST = 64;

    /** As a Service, a ServiceEntry or a wildcard of one is named; others come from an application's own metrics. */
    private static final Pattern HOST =
            Pattern.compile("([a-z0-9-]{1,63}/)?(\\*\\.)?[A-Za-z0-9_][A-Za-z0-9._-]{0,252}");

    private static final Pattern NAMES_ITS_NAMESPACE = Pattern.compile("[^.]+\\.([^.]+)\\.svc(?:\\..+)?");
    private static final Set<String> NO_NAMESPACE = Set.of("", "unknown");

    private Destinations() {}

    /**
     * One as it is kept.
     *
     * @param host {@code destination_service} of Istio's telemetry
     * @param namespace {@code destination_service_namespace}; empty where it is not known
     */
    public static String name(String host, String namespace) {
        Matcher named = NAMES_ITS_NAMESPACE.matcher(host);
        boolean told = named.matches() && named.group(1).equals(namespace);
        return told || NO_NAMESPACE.contains(namespace) ? host : namespace + "/" + host;
    }

    /** Those that are a host's name; the same list where all are. */
    static List<String> hosts(List<String> all) {
        return all.stream().allMatch(Destinations::isHost)
                ? all
                : all.stream().filter(Destinations::isHost).toList();
    }

    private static boolean isHost(String destination) {
        return HOST.matcher(destination).matches();
    }

    /** Both; the same list as before where there are no others. */
    static List<String> together(List<String> before, List<String> now) {
        if (now.isEmpty() || before.containsAll(now)) {
            return before;
        }
        Set<String> all = new TreeSet<>(before);
        all.addAll(now);
        Set<String> inKnownNamespace = all.stream()
                .filter(one -> one.indexOf('/') >= 0)
                .map(one -> one.substring(one.indexOf('/') + 1))
                .collect(Collectors.toSet());
        return all.stream()
                .filter(one -> !inKnownNamespace.contains(one))
                .limit(MOST)
                .toList();
    }
}
