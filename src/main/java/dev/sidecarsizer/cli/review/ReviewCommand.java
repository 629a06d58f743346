package dev.sidecarsizer.cli.review;

import dev.sidecarsizer.admission.Judge;
import dev.sidecarsizer.admission.Judgement;
import dev.sidecarsizer.audit.preview.Sized;
import dev.sidecarsizer.cli.Cli;
import dev.sidecarsizer.cli.ClusterOptions;
import dev.sidecarsizer.cli.CommandFailed;
import dev.sidecarsizer.cli.Ink;
import dev.sidecarsizer.cli.Knowledge;
import dev.sidecarsizer.cli.ModeOption;
import dev.sidecarsizer.cli.Submitted;
import dev.sidecarsizer.cli.SubmittedFile;
import dev.sidecarsizer.cli.Written;
import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.sizing.Trail;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sidecar-sizer review}: what would be patched. */
@Command(
        name = "review",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Shows what would become of pods that are not created yet, as the webhook would answer.")
public final class ReviewCommand implements Callable<Integer> {

    /** With {@code --exit-code}: a pod would be changed. Not 1, which says that it could not be told. */
    static final int CHANGED = 3;

    /** What {@code -o} can name. */
    enum Form {
        DIFF,
        JSON,
        YAML
    }

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-f", "--filename"},
            required = true,
            paramLabel = "FILE",
            description = "Pods, or what makes pods (Deployment, CronJob, …), as YAML or JSON; - for standard input.")
    private String file = "";

    @Option(
            names = {"-o", "--output"},
            defaultValue = "diff",
            paramLabel = "FORM",
            description = "diff; json: the RFC 6902 patch, one line a pod; yaml: the patched pods."
                    + " Default: ${DEFAULT-VALUE}.")
    private Form form = Form.DIFF;

    @Mixin
    private ModeOption mode = new ModeOption();

    @Option(names = "--exit-code", description = "End with " + CHANGED + " where a pod would be changed.")
    private boolean exitCode;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Override
    public Integer call() throws CommandFailed {
        CommandLine command = spec.commandLine();
        try (Knowledge knowledge = cluster.open()) {
            List<Submitted> pods = SubmittedFile.read(
                    file, cluster.namespace(), knowledge.namespace(), line -> Cli.say(command, line));
            Judge judge = mode.over(knowledge.judge(
                    pods.stream().map(pod -> pod.review().namespace()).collect(Collectors.toSet())));
            ReviewText text = new ReviewText(Ink.of(command));
            PrintWriter out = command.getOut();
            boolean changed = false;
            for (Submitted pod : pods) {
                Judgement judgement = judge.judge(pod.review(), Mode.ENFORCE, Trail.NONE);
                changed |= !judgement.operations().isEmpty();
                out.print(
                        switch (form) {
                            case DIFF -> text.of(pod, judgement);
                            case JSON -> judgement.operations() + "\n";
                            case YAML ->
                                (pods.size() > 1 ? "---\n" : "")
                                        + Written.yaml(
                                                Sized.patched(pod.review().object(), judgement.operations()));
                        });
            }
            out.flush();
            return exitCode && changed ? CHANGED : CommandLine.ExitCode.OK;
        }
    }
}
