package dev.sidecarsizer.cli.advise;

import dev.sidecarsizer.cli.ClusterOptions;
import dev.sidecarsizer.cli.CommandFailed;
import dev.sidecarsizer.cli.Ink;
import dev.sidecarsizer.cli.Knowledge;
import dev.sidecarsizer.cli.NamespaceOption;
import dev.sidecarsizer.cli.Written;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sidecar-sizer advise}: what makes proxies large, by memory, and what to apply against it. */
@Command(
        name = "advise",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Tells what makes proxies large, the most memory first. -o yaml is to be read and applied.")
public final class AdviseCommand implements Callable<Integer> {

    /** With {@code --exit-code}: as {@code review} has it, not 1, which says that it could not be told. */
    private static final int FOUND = 3;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private NamespaceOption namespaces = new NamespaceOption();

    /** What {@code -o} can name. */
    enum Form {
        TABLE,
        WIDE,
        CSV,
        JSON,
        YAML
    }

    @Option(
            names = {"-o", "--output"},
            defaultValue = "table",
            paramLabel = "FORM",
            description = "table; wide; csv; json; yaml, to apply. Default: ${DEFAULT-VALUE}.")
    private Form form = Form.TABLE;

    @Option(names = "--exit-code", description = "End with " + FOUND + " where something is found.")
    private boolean exitCode;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Override
    public Integer call() throws CommandFailed {
        try (Knowledge knowledge = cluster.open()) {
            String namespace = namespaces.of(knowledge);
            Completed completed = new Completed(new Seen(knowledge), namespace == null);
            List<Advised> all = completed.of(knowledge.profiles(namespace).stream()
                    .flatMap(profile -> Advised.of(profile).stream())
                    .sorted(Comparator.comparing(one -> one.workload().toString()))
                    .toList());
            PrintWriter out = spec.commandLine().getOut();
            AdviceText text =
                    new AdviceText(Ink.of(spec.commandLine()), NamespaceOption.named(namespace), form == Form.WIDE);
            switch (form) {
                case TABLE, WIDE -> out.print(text.of(all));
                case CSV -> AdviceCsv.write(Advised.bySize(all), out);
                case JSON -> out.print(Written.json(AdviceTree.of(all)));
                case YAML -> out.print(new ToApply(completed, all).of(Advised.bySize(all)));
            }
            out.flush();
            boolean found = all.stream().anyMatch(one -> !one.findings().isEmpty());
            return exitCode && found ? FOUND : CommandLine.ExitCode.OK;
        }
    }
}
