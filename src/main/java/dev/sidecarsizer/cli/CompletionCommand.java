package dev.sidecarsizer.cli;

import java.io.PrintWriter;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sidecar-sizer completion}: what a shell must know to complete our commands. */
@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        description = "Writes what a shell needs for completion: source <(sidecar-sizer completion bash).")
final class CompletionCommand implements Runnable {

    /** The shells that can be named; what is written tells by itself which of them reads it. */
    enum Shell {
        BASH,
        ZSH
    }

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "SHELL", description = "bash or zsh.")
    private Shell shell = Shell.BASH;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        out.println("# for " + shell);
        out.print(AutoComplete.bash(spec.root().name(), spec.root().commandLine()));
        out.flush();
    }
}
