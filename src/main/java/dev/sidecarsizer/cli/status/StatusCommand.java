package dev.sidecarsizer.cli.status;

import dev.sidecarsizer.audit.board.MeshStatus;
import dev.sidecarsizer.cli.ClusterOptions;
import dev.sidecarsizer.cli.CommandFailed;
import dev.sidecarsizer.cli.Ink;
import dev.sidecarsizer.cli.Knowledge;
import dev.sidecarsizer.cli.NamespaceOption;
import dev.sidecarsizer.cli.OutputOptions;
import dev.sidecarsizer.guard.Brake;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sidecar-sizer status}: the mesh at a glance. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Counts what is known and decided of the mesh's workloads.")
public final class StatusCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private NamespaceOption namespaces = new NamespaceOption();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Override
    public Integer call() throws CommandFailed {
        try (Knowledge knowledge = cluster.open()) {
            String namespace = namespaces.of(knowledge);
            MeshStatus status = MeshStatus.of(knowledge.profiles(namespace));
            Brake brake = knowledge.brake();
            PrintWriter out = spec.commandLine().getOut();
            if (output.isStructured()) {
                output.write(StatusTree.of(status, brake), false, out);
            } else {
                String where = NamespaceOption.named(namespace);
                out.print(new StatusText(Ink.of(spec.commandLine()), where, output.isWide()).of(status, brake));
            }
            out.flush();
            return 0;
        }
    }
}
