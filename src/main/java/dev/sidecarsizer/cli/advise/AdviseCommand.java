package dev.sidecarsizer.cli.advise;

import dev.sidecarsizer.cli.ClusterOptions;
import dev.sidecarsizer.cli.CommandFailed;
import dev.sidecarsizer.cli.Ink;
import dev.sidecarsizer.cli.Knowledge;
import dev.sidecarsizer.cli.OutputOptions;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
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

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-A", "--all-namespaces"},
            description = "Of all namespaces.")
    private boolean everywhere;

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Override
    public Integer call() throws CommandFailed {
        try (Knowledge knowledge = cluster.open()) {
            String namespace = everywhere ? null : knowledge.namespace();
            List<Advised> all = knowledge.profiles(namespace).stream()
                    .flatMap(profile -> Advised.of(profile).stream())
                    .sorted(Comparator.comparing(one -> one.workload().toString()))
                    .toList();
            PrintWriter out = spec.commandLine().getOut();
            if (output.isYaml()) {
                out.print(new ToApply(knowledge).of(Advised.bySize(all)));
            } else if (output.isStructured()) {
                output.write(AdviceTree.of(all), false, out);
            } else {
                String where = namespace == null ? "all namespaces" : "namespace " + namespace;
                out.print(new AdviceText(Ink.of(spec.commandLine()), where, output.isWide()).of(all));
            }
            out.flush();
            return 0;
        }
    }
}
