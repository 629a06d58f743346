package dev.sidecarsizer.cli.explain;

import dev.sidecarsizer.admission.Judge;
import dev.sidecarsizer.admission.Review;
import dev.sidecarsizer.audit.board.WorkloadStatus;
import dev.sidecarsizer.audit.preview.AssumedPod;
import dev.sidecarsizer.cli.Cli;
import dev.sidecarsizer.cli.ClusterOptions;
import dev.sidecarsizer.cli.CommandFailed;
import dev.sidecarsizer.cli.Ink;
import dev.sidecarsizer.cli.Knowledge;
import dev.sidecarsizer.cli.ModeOption;
import dev.sidecarsizer.cli.OutputOptions;
import dev.sidecarsizer.cli.Submitted;
import dev.sidecarsizer.cli.SubmittedFile;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.Ownership;
import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Subject;
import dev.sidecarsizer.store.SidecarProfile;
import dev.sidecarsizer.store.StoredProfile;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sidecar-sizer explain}: why this number. */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Tells why the proxies of a workload get what they get: each rule that was asked, in order.")
public final class ExplainCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @ArgGroup(multiplicity = "1")
    private What what = new What();

    @Option(
            names = {"-A", "--all-namespaces"},
            description = "Look for the workload in all namespaces.")
    private boolean anywhere;

    @Mixin
    private ModeOption mode = new ModeOption();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    /** What is to be explained: exactly one of both. */
    static final class What {

        @Parameters(
                paramLabel = "WORKLOAD",
                arity = "0..1",
                description = "NAMESPACE/WORKLOAD, NAMESPACE/KIND/WORKLOAD, or with -n or -A KIND/WORKLOAD.")
        private @Nullable String workload;

        @Option(
                names = {"-f", "--filename"},
                paramLabel = "FILE",
                description = "The pods of a file, or what makes pods, as review takes them; - for standard input.")
        private @Nullable String file;
    }

    @Override
    public Integer call() throws CommandFailed {
        try (Knowledge knowledge = cluster.open()) {
            List<Explanation> explanations = explanations(knowledge);
            PrintWriter out = spec.commandLine().getOut();
            if (output.isStructured()) {
                explanations.forEach(one -> output.write(ExplanationTree.of(one), explanations.size() > 1, out));
            } else {
                ExplanationText text = new ExplanationText(Ink.of(spec.commandLine()), output.isWide());
                out.print(explanations.stream().map(text::of).collect(Collectors.joining("\n")));
            }
            out.flush();
            return 0;
        }
    }

    private List<Explanation> explanations(Knowledge knowledge) throws CommandFailed {
        if (what.file == null) {
            return List.of(workload(knowledge, sought(knowledge)));
        }
        List<Submitted> pods = SubmittedFile.read(
                what.file, cluster.namespace(), knowledge.namespace(), line -> Cli.say(spec.commandLine(), line));
        Set<String> namespaces =
                pods.stream().map(pod -> pod.review().namespace()).collect(Collectors.toSet());
        Judge judge = mode.over(knowledge.judge(namespaces));
        List<StoredProfile> profiles = new ArrayList<>();
        for (String namespace : namespaces) {
            profiles.addAll(knowledge.profiles(namespace));
        }
        return pods.stream()
                .map(pod -> Explanation.of(pod, false, judge, profiles))
                .toList();
    }

    private Sought sought(Knowledge knowledge) {
        try {
            return Sought.parse(String.valueOf(what.workload), cluster.namespace(), anywhere, knowledge.namespace());
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(spec.commandLine(), String.valueOf(wrong.getMessage()), wrong);
        }
    }

    private Explanation workload(Knowledge knowledge, Sought sought) throws CommandFailed {
        List<StoredProfile> profiles = knowledge.profiles(sought.namespace());
        List<WorkloadKey> known = profiles.stream()
                .flatMap(one -> one.subject() instanceof Subject.OfWorkload of ? Stream.of(of.workload()) : Stream.of())
                .distinct()
                .toList();
        List<WorkloadKey> meant = known.stream().filter(sought::is).toList();
        if (meant.size() > 1) {
            throw new CommandFailed(sought + " may be " + meant + ": name one of them");
        }
        String namespace =
                meant.isEmpty() ? sought.namespace() : meant.getFirst().namespace();
        if (namespace == null) {
            throw unknown(sought, known);
        }
        Judge judge = mode.over(knowledge.judge(Set.of(namespace)));
        Optional<Pod> pod = knowledge.pod(namespace, one -> sought.is(whose(one, judge)));
        if (pod.isPresent()) {
            return Explanation.of(submitted(pod.get()), false, judge, profiles);
        }
        if (meant.isEmpty()) {
            throw unknown(sought, known);
        }
        WorkloadKey workload = meant.getFirst();
        Map<String, String> labels = knowledge.templateLabels(workload).orElse(Map.of());
        return Explanation.of(assumed(workload, profiles, labels), true, judge, profiles);
    }

    /** As admission names it, by the policy's labels too. */
    private static WorkloadKey whose(Pod pod, Judge judge) {
        return Ownership.workload(
                pod, judge.policies().of(pod.namespace(), pod.labels()).groupBy());
    }

    private static CommandFailed unknown(Sought sought, List<WorkloadKey> known) {
        return new CommandFailed("nothing is known of " + sought + ": " + hint(sought, known));
    }

    private static Submitted submitted(Pod pod) {
        return new Submitted(
                pod.namespace() + "/Pod/" + pod.tree().at("/metadata/name").asString("?"),
                Review.ofCreated(pod.tree(), pod.namespace()),
                true);
    }

    private static Submitted assumed(WorkloadKey workload, List<StoredProfile> profiles, Map<String, String> labels) {
        Optional<StoredProfile> known = Explanation.whole(profiles, workload);
        SidecarProfile.Proxy lastSeen =
                known.map(profile -> profile.status().proxy()).orElse(null);
        Memory memory =
                known.flatMap(WorkloadStatus::of).map(WorkloadStatus::before).orElse(Memory.OF_ISTIO);
        return new Submitted(workload.toString(), AssumedPod.of(workload, lastSeen, memory, labels), true);
    }

    private static String hint(Sought sought, List<WorkloadKey> known) {
        List<String> near = known.stream()
                .filter(one -> Near.is(one.name(), sought.name()))
                .map(WorkloadKey::toString)
                .limit(3)
                .toList();
        return near.isEmpty()
                ? "no pod of it was seen yet, or it is not in the mesh; -f FILE explains a pod that is not there"
                : "did you mean " + String.join(" or ", near) + "?";
    }
}
