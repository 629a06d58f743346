package dev.sidecarsizer.collect.prometheus;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Some of the namespaces, to be asked for by themselves. The shards of one plan hold each namespace once, the last one
 * also those that nobody has named: pods that come and go between two looks are in some shard too.
 *
 * @param namespaces in order
 * @param excluded whether all but those are meant
 */
record Shard(List<String> namespaces, boolean excluded) {

    /** All namespaces. */
    static final Shard ALL = new Shard(List.of(), true);

    /**
     * Shares all namespaces out, so that no shard has more than {@code most} series unless it is one namespace.
     *
     * @param series how many each namespace that is known has
     */
    static List<Shard> plan(Map<String, Long> series, long most) {
        List<Shard> named = only(series, most);
        if (named.isEmpty()) {
            return List.of(ALL);
        }
        List<Shard> shards = new ArrayList<>(named.subList(0, named.size() - 1));
        List<String> before =
                shards.stream().flatMap(shard -> shard.namespaces().stream()).toList();
        shards.add(new Shard(before, true));
        return shards;
    }

    /** The same of these namespaces alone. */
    static List<Shard> only(Map<String, Long> series, long most) {
        List<List<String>> groups = new ArrayList<>();
        List<String> group = new ArrayList<>();
        long held = 0;
        for (Map.Entry<String, Long> namespace : new TreeMap<>(series).entrySet()) {
            if (!group.isEmpty() && held + namespace.getValue() > most) {
                groups.add(group);
                group = new ArrayList<>();
                held = 0;
            }
            group.add(namespace.getKey());
            held += namespace.getValue();
        }
        if (!group.isEmpty()) {
            groups.add(group);
        }
        return groups.stream()
                .map(names -> new Shard(List.copyOf(names), false))
                .toList();
    }

    /**
     * Two that hold the same, as evenly as the known namespaces allow.
     *
     * @param known namespaces that are known to have pods
     * @return empty where there is nothing to share out
     */
    List<Shard> halves(List<String> known) {
        if (!excluded) {
            int middle = namespaces.size() / 2;
            return namespaces.size() < 2
                    ? List.of()
                    : List.of(
                            new Shard(namespaces.subList(0, middle), false),
                            new Shard(namespaces.subList(middle, namespaces.size()), false));
        }
        List<String> mine = known.stream()
                .filter(name -> !namespaces.contains(name))
                .sorted()
                .toList();
        if (mine.isEmpty()) {
            return List.of();
        }
        List<String> half = mine.subList(0, (mine.size() + 1) / 2);
        List<String> others = new ArrayList<>(namespaces);
        others.addAll(half);
        return List.of(new Shard(half, false), new Shard(List.copyOf(others), true));
    }

    /** PromQL's label matcher for it; empty where it needs none. */
    String matcher() {
        if (namespaces.isEmpty()) {
            return "";
        }
        return "namespace" + (excluded ? "!~" : "=~") + quoted(namespaces);
    }

    /** A quoted regular expression of PromQL that matches these texts and no other. */
    static String quoted(List<String> texts) {
        String pattern = texts.stream()
                // quoted for the expression, then for the text that it stands in
                .map(text -> text.replaceAll("[^a-zA-Z0-9_-]", "\\\\$0"))
                .collect(Collectors.joining("|"));
        return "\"" + pattern.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
    }
}
