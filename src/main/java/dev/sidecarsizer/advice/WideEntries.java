package dev.sidecarsizer.advice;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * ServiceEntries of many hosts: each has a cluster for each of its ports, in all proxies that the entry is exported to, called or
 * not. Told from {@value #LEAST} clusters on.
 */
public final class WideEntries {

    private static final long LEAST = 50;

    private WideEntries() {}

    /**
     * Those that proxies of a namespace are told of, in lines for people, most clusters first.
     *
     * @param entries of all namespaces, as they are stored
     */
    public static List<String> says(String client, Collection<JsonNode> entries) {
        return entries.stream()
                .filter(entry -> clusters(entry) >= LEAST && isExported(entry, client))
                .sorted(Comparator.comparing(WideEntries::clusters, Comparator.reverseOrder())
                        .thenComparing(Resource::path))
                .map(entry -> "ServiceEntry " + Resource.path(entry) + " makes " + clusters(entry)
                        + " clusters: exportTo can keep it to those who call it")
                .toList();
    }

    private static long clusters(JsonNode entry) {
        return (long) entry.at("/spec/hosts").size() * entry.at("/spec/ports").size();
    }

    private static boolean isExported(JsonNode entry, String client) {
        Set<String> to = entry.at("/spec/exportTo")
                .valueStream()
                .map(one -> one.asString(""))
                .collect(Collectors.toSet());
        return to.isEmpty()
                || to.contains("*")
                || to.contains(client)
                || (to.contains(".") && client.equals(Resource.namespace(entry)));
    }
}
