package dev.sidecarsizer.cli.advise;

import dev.sidecarsizer.advice.Kind;
import dev.sidecarsizer.advice.SidecarPlan;
import dev.sidecarsizer.advice.SidecarPlan.Around;
import dev.sidecarsizer.advice.SidecarPlan.Proposal;
import dev.sidecarsizer.advice.SidecarPlan.Wanted;
import dev.sidecarsizer.cli.CommandFailed;
import dev.sidecarsizer.cli.Knowledge;
import dev.sidecarsizer.cli.Routing;
import dev.sidecarsizer.cli.Written;
import dev.sidecarsizer.cli.advise.Advised.One;
import dev.sidecarsizer.mesh.WorkloadKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Findings as YAML that can be applied as a whole. Whoever writes a profile's status could write anything: but for comments
 * nothing of it comes through but hosts, of which a resource is made anew.
 */
final class ToApply {

    /** A namespace before it, or none. */
    private static final Pattern HOST = Pattern.compile("([a-z0-9-]{1,63}/)?[A-Za-z0-9*][A-Za-z0-9.*_-]{0,252}");

    /** Istio's own default. */
    private static final String ROOT_NAMESPACE = "istio-system";

    private final Knowledge knowledge;
    private final Map<Routing, Optional<List<JsonNode>>> ofAllNamespaces = new HashMap<>();

    ToApply(Knowledge knowledge) {
        this.knowledge = knowledge;
    }

    /** One document after the other, comments included. */
    String of(List<One> found) throws CommandFailed {
        Map<String, List<Wanted>> wanted = new LinkedHashMap<>();
        for (One one : found) {
            if (isUnused(one)) {
                wanted.computeIfAbsent(one.of().workload().namespace(), any -> new ArrayList<>())
                        .add(new Wanted(one.of().workload(), called(one)));
            }
        }
        Map<WorkloadKey, Proposal> proposals = new HashMap<>();
        for (Map.Entry<String, List<Wanted>> entry : wanted.entrySet()) {
            around(entry.getKey()).ifPresent(around -> proposals.putAll(SidecarPlan.of(entry.getValue(), around)));
        }
        StringBuilder text = new StringBuilder();
        found.forEach(one -> document(text, one, proposals));
        return text.toString();
    }

    private static void document(StringBuilder text, One one, Map<WorkloadKey, Proposal> proposals) {
        text.append("---\n");
        comment(
                text,
                one.of().workload() + ": " + one.finding().kind() + ", "
                        + Objects.requireNonNullElse(one.finding().size(), "no size"));
        comment(text, String.valueOf(one.finding().message()));
        if (isUnused(one)) {
            propose(text, one, proposals.get(one.of().workload()));
        } else if (one.finding().fix() != null) {
            one.finding().fix().lines().forEach(line -> comment(text, "  " + line));
        }
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

    /** Empty where something of it must not be seen. */
    private Optional<Around> around(String namespace) throws CommandFailed {
        Optional<Map<WorkloadKey, List<Map<String, String>>>> pods = knowledge.labels(namespace);
        Optional<List<JsonNode>> sidecars = knowledge.routing(Routing.SIDECARS, namespace);
        Optional<List<JsonNode>> root = knowledge.routing(Routing.SIDECARS, ROOT_NAMESPACE);
        Optional<List<JsonNode>> virtualServices = ofAllNamespaces(Routing.VIRTUAL_SERVICES);
        Optional<List<JsonNode>> http = ofAllNamespaces(Routing.HTTP_ROUTES);
        Optional<List<JsonNode>> grpc = ofAllNamespaces(Routing.GRPC_ROUTES);
        return Stream.of(pods, sidecars, root, virtualServices, http, grpc).allMatch(Optional::isPresent)
                ? Optional.of(new Around(
                        pods.orElseThrow(),
                        sidecars.orElseThrow(),
                        root.orElseThrow(),
                        virtualServices.orElseThrow(),
                        Stream.concat(http.orElseThrow().stream(), grpc.orElseThrow().stream())
                                .toList()))
                : Optional.empty();
    }

    private Optional<List<JsonNode>> ofAllNamespaces(Routing kind) throws CommandFailed {
        Optional<List<JsonNode>> known = ofAllNamespaces.get(kind);
        if (known == null) {
            known = knowledge.routing(kind, null);
            ofAllNamespaces.put(kind, known);
        }
        return known;
    }

    private static boolean isUnused(One one) {
        return Kind.UNUSED_CONFIGURATION.word().equals(one.finding().kind());
    }

    private static List<String> called(One one) {
        return one.of().destinations().stream().filter(HOST.asMatchPredicate()).toList();
    }

    private static void comment(StringBuilder text, String line) {
        text.append("# ").append(Written.printable(line)).append('\n');
    }
}
