package dev.sidecarsizer.cli.advise;

import dev.sidecarsizer.advice.ConnectionPlan;
import dev.sidecarsizer.advice.Kind;
import dev.sidecarsizer.advice.SidecarPlan;
import dev.sidecarsizer.advice.SidecarPlan.Around;
import dev.sidecarsizer.advice.SidecarPlan.Proposal;
import dev.sidecarsizer.advice.SidecarPlan.Wanted;
import dev.sidecarsizer.advice.WideEntries;
import dev.sidecarsizer.cli.CommandFailed;
import dev.sidecarsizer.cli.MeshKind;
import dev.sidecarsizer.cli.Written;
import dev.sidecarsizer.cli.advise.Advised.One;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.ProxyFacts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Findings as YAML that can be applied as a whole. Whoever writes a profile's status could write anything: but for comments
 * nothing of it comes through but hosts, of which a resource is made anew.
 */
final class ToApply {

    private static final int MOST_NAMED = 5;

    private final Completed completed;
    private final List<Advised> all;
    private final Seen seen;

    /**
     * For one question.
     *
     * @param all what is known of the workloads that were asked for, whether something was found or not
     */
    ToApply(Completed completed, List<Advised> all) {
        this.completed = completed;
        this.all = all;
        seen = completed.seen();
    }

    /** One document after the other, comments included. */
    String of(List<One> found) throws CommandFailed {
        Map<WorkloadKey, Proposal> sidecars = sidecars(found);
        Map<WorkloadKey, ConnectionPlan.Proposal> connections = connections(found);
        StringBuilder text = new StringBuilder();
        for (One one : found) {
            text.append("---\n");
            comment(
                    text,
                    one.of().workload() + ": " + one.finding().kind() + ", "
                            + Objects.requireNonNullElse(one.finding().size(), "no size"));
            comment(text, String.valueOf(one.finding().message()));
            if (is(Kind.UNUSED_CONFIGURATION, one)) {
                seen.objects(MeshKind.SERVICE_ENTRIES, null)
                        .ifPresent(all -> WideEntries.says(one.of().workload().namespace(), all)
                                .forEach(line -> comment(text, line)));
                propose(text, one, sidecars.get(one.of().workload()));
            } else if (one.finding().fix() != null) {
                one.finding().fix().lines().forEach(line -> comment(text, "  " + line));
            }
            if (is(Kind.MANY_CONNECTIONS, one)) {
                bound(text, connections.get(one.of().workload()));
            } else if (is(Kind.MANY_SUBSETS, one)) {
                nameRules(text, one);
            } else if (is(Kind.SCRIPTED_FILTERS, one)) {
                completed
                        .scripts(one.of().workload())
                        .ifPresent(all -> all.forEach(source -> comment(text, source.says())));
            }
        }
        return text.toString();
    }

    private Map<WorkloadKey, Proposal> sidecars(List<One> found) throws CommandFailed {
        Map<String, List<Wanted>> wanted = new LinkedHashMap<>();
        for (One one : found) {
            if (is(Kind.UNUSED_CONFIGURATION, one)) {
                wanted.computeIfAbsent(one.of().workload().namespace(), any -> new ArrayList<>())
                        .add(new Wanted(one.of().workload(), called(one)));
            }
        }
        Map<WorkloadKey, Proposal> proposals = new HashMap<>();
        for (Map.Entry<String, List<Wanted>> entry : wanted.entrySet()) {
            around(entry.getKey()).ifPresent(around -> proposals.putAll(SidecarPlan.of(entry.getValue(), around)));
        }
        return proposals;
    }

    /** None where DestinationRules must not be seen: any of them may hold. */
    private Map<WorkloadKey, ConnectionPlan.Proposal> connections(List<One> found) throws CommandFailed {
        List<ConnectionPlan.Wanted> wanted = found.stream()
                .filter(one -> is(Kind.MANY_CONNECTIONS, one))
                .map(one ->
                        new ConnectionPlan.Wanted(one.of().workload(), one.of().facts()))
                .toList();
        Optional<List<JsonNode>> rules =
                wanted.isEmpty() ? Optional.empty() : seen.objects(MeshKind.DESTINATION_RULES, null);
        List<ProxyFacts> known = all.stream().map(Advised::facts).toList();
        return rules.isEmpty() ? Map.of() : ConnectionPlan.of(wanted, known, rules.get(), seen.mesh());
    }

    private static void propose(StringBuilder text, One one, @Nullable Proposal proposal) {
        if (proposal instanceof Proposal.Apply apply) {
            apply.says().forEach(line -> comment(text, line));
            text.append(Written.yaml(apply.sidecar()));
        } else if (proposal instanceof Proposal.With with) {
            comment(text, "what it calls is in the resource of " + with.other() + ", which holds for it too");
        } else {
            comment(
                    text,
                    "no resource that is sure to be right: "
                            + (proposal instanceof Proposal.Refrain refrain
                                    ? refrain.why()
                                    : "its pods, and how requests go in the mesh, cannot be seen from here"));
            comment(text, "it called:");
            called(one).forEach(host -> comment(text, "  " + host));
        }
    }

    private static void bound(StringBuilder text, ConnectionPlan.@Nullable Proposal proposal) {
        if (proposal == null) {
            comment(text, "which DestinationRules hold cannot be seen from here");
            return;
        }
        proposal.says().forEach(line -> comment(text, line));
        for (int i = 0; i < proposal.rules().size(); i++) {
            text.append(i == 0 ? "" : "---\n")
                    .append(Written.yaml(proposal.rules().get(i)));
        }
    }

    private void nameRules(StringBuilder text, One one) throws CommandFailed {
        completed.subsets(one.of()).ifPresent(count -> {
            count.byRule().stream().limit(MOST_NAMED).forEach(rule -> comment(text, rule.says()));
            if (count.byRule().size() > MOST_NAMED) {
                comment(text, "and " + (count.byRule().size() - MOST_NAMED) + " other rules");
            }
        });
    }

    /** Empty where something of it must not be seen. */
    private Optional<Around> around(String namespace) throws CommandFailed {
        Optional<Map<WorkloadKey, List<Map<String, String>>>> pods = seen.pods(namespace);
        Optional<List<JsonNode>> sidecars = seen.objects(MeshKind.SIDECARS, namespace);
        Optional<List<JsonNode>> root =
                seen.objects(MeshKind.SIDECARS, seen.mesh().rootNamespace());
        Optional<List<JsonNode>> virtualServices = seen.objects(MeshKind.VIRTUAL_SERVICES, null);
        Optional<List<JsonNode>> http = seen.objects(MeshKind.HTTP_ROUTES, null);
        Optional<List<JsonNode>> grpc = seen.objects(MeshKind.GRPC_ROUTES, null);
        return Stream.of(pods, sidecars, root, virtualServices, http, grpc).allMatch(Optional::isPresent)
                ? Optional.of(new Around(
                        pods.orElseThrow(),
                        resting(namespace, pods.orElseThrow().keySet()),
                        sidecars.orElseThrow(),
                        seen.mesh(),
                        root.orElseThrow(),
                        virtualServices.orElseThrow(),
                        Stream.concat(http.orElseThrow().stream(), grpc.orElseThrow().stream())
                                .toList()))
                : Optional.empty();
    }

    /** Those that have a profile, and no pod now: what selects them would hold for the next one. */
    private Map<WorkloadKey, Map<String, String>> resting(String namespace, Set<WorkloadKey> running)
            throws CommandFailed {
        Map<WorkloadKey, Map<String, String>> resting = new HashMap<>();
        for (Advised one : all) {
            WorkloadKey workload = one.workload();
            if (workload.namespace().equals(namespace) && !running.contains(workload)) {
                seen.templateLabels(workload).ifPresent(labels -> resting.put(workload, labels));
            }
        }
        return resting;
    }

    private static boolean is(Kind kind, One one) {
        return kind.word().equals(one.finding().kind());
    }

    private static List<String> called(One one) {
        return one.of().facts().traffic().destinations();
    }

    private static void comment(StringBuilder text, String line) {
        text.append("# ").append(Written.printable(line)).append('\n');
    }
}
