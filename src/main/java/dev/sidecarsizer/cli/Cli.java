package dev.sidecarsizer.cli;

import dev.sidecarsizer.cli.advise.AdviseCommand;
import dev.sidecarsizer.cli.backtest.BacktestCommand;
import dev.sidecarsizer.cli.explain.ExplainCommand;
import dev.sidecarsizer.cli.review.ReviewCommand;
import dev.sidecarsizer.cli.status.StatusCommand;
import dev.sidecarsizer.mesh.Bytes;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The subcommands of the jar. Exit codes: 0 for done, 1 for what could not be done, 2 for a command that cannot be
 * understood, and 3 for what a command was asked to tell so; each failure is one line on standard error.
 */
@Command(
        name = "sidecar-sizer",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Sizes Istio's sidecars. Without a subcommand it serves the webhook.",
        subcommands = {
            ReviewCommand.class,
            ExplainCommand.class,
            StatusCommand.class,
            AdviseCommand.class,
            BacktestCommand.class,
            CompletionCommand.class,
            TrainingCommand.class,
            CommandLine.HelpCommand.class
        })
public final class Cli implements Runnable {

    private static final Set<String> OWN_HELP = Set.of("--help", "--version");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private Cli() {}

    /**
     * Whether these arguments are for the command line; otherwise they are for the webhook, to which only long options are
     * given: anything else that is no subcommand is refused, and starts nothing.
     */
    public static boolean takes(String... arguments) {
        return arguments.length > 0 && (OWN_HELP.contains(arguments[0]) || !arguments[0].startsWith("--"));
    }

    /** Runs a subcommand to its end, and says how it ended: not well where not all of it could be written. */
    public static int run(String... arguments) {
        Ansi ansi = Terminal.takesColours(System.getenv()) ? Ansi.ON : Ansi.OFF;
        CommandLine command = commandLine().setColorScheme(CommandLine.Help.defaultColorScheme(ansi));
        int code = command.execute(arguments);
        // half of what is to be applied is a Sidecar without half of its hosts
        if (System.out.checkError()) {
            say(command, "not all could be written: standard output is full or closed");
            return CommandLine.ExitCode.SOFTWARE;
        }
        return code;
    }

    /** The same, with other streams than the process's own. */
    public static int run(PrintWriter out, PrintWriter err, String... arguments) {
        return commandLine().setOut(out).setErr(err).execute(arguments);
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    static CommandLine commandLine() {
        return new CommandLine(new Cli())
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .registerConverter(Bytes.class, Amounts::memory)
                .registerConverter(Duration.class, Amounts::duration)
                .setParameterExceptionHandler((failure, arguments) -> notUnderstood(failure))
                .setExecutionExceptionHandler((failure, command, result) -> failed(failure, command));
    }

    private static int notUnderstood(ParameterException failure) {
        CommandLine command = failure.getCommandLine();
        say(command, failure.getMessage() + ": see " + command.getCommandSpec().qualifiedName() + " --help");
        return CommandLine.ExitCode.USAGE;
    }

    private static int failed(Exception failure, CommandLine command) throws Exception {
        if (failure instanceof CommandFailed) {
            say(command, String.valueOf(failure.getMessage()));
            return CommandLine.ExitCode.SOFTWARE;
        }
        throw failure;
    }

    /** Tells on standard error, in one line. */
    public static void say(CommandLine command, String line) {
        PrintWriter err = command.getErr();
        String plain = Written.printable(line.strip().replaceAll("\\s*\\R\\s*", " "));
        err.println(command.getCommandSpec().qualifiedName() + ": " + plain);
        err.flush();
    }
}
