package dev.sidecarsizer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** {@code docs/cli.md} has every command, option and exit code, and no other; {@code backtest} has a page of its own. */
class CommandsDocumentedTest {

    private static final Path PAGE = Path.of("docs/cli.md");
    private static final Pattern NAME = Pattern.compile("`(-[\\w-]+)");
    private static final Set<String> EVERYWHERE = Set.of("-h", "--help", "-V", "--version");

    @Test
    void everyCommandAndOption() throws IOException {
        Map<String, CommandLine> commands = Cli.commandLine().getSubcommands();

        assertThat(Files.readAllLines(PAGE).stream()
                        .filter(line -> line.startsWith("## `"))
                        .map(line -> line.replaceAll("## `(\\w+).*", "$1")))
                .containsExactlyInAnyOrderElementsOf(commands.keySet());
        String backtest = Files.readString(Path.of("docs/backtest.md"));
        for (Map.Entry<String, CommandLine> command : commands.entrySet()) {
            switch (command.getKey()) {
                case "review", "explain", "status", "advise" ->
                    assertThat(documented(command.getKey()))
                            .as(command.getKey())
                            .isEqualTo(options(command.getValue()));
                case "backtest" ->
                    assertThat(options(command.getValue()))
                            .allSatisfy(option -> assertThat(backtest).contains("`" + option));
                default -> assertThat(options(command.getValue())).isEmpty();
            }
        }
    }

    @Test
    void everyExitCode() throws IOException {
        assertThat(rows("## Exit codes").map(row -> row.split("\\|", -1)[1].strip()))
                .containsExactly("code", "---", "0", "1", "2", "3");
    }

    /** The options in the rows under the heading of a command, and of those that several commands have. */
    private static Set<String> documented(String command) throws IOException {
        Set<String> options = new TreeSet<>();
        Stream.concat(rows("## `" + command), rows("## Which cluster"))
                .flatMap(row -> NAME.matcher(row.split("\\|", -1)[1]).results())
                .forEach(name -> options.add(name.group(1)));
        return options;
    }

    private static Stream<String> rows(String heading) throws IOException {
        return Files.readAllLines(PAGE).stream()
                .dropWhile(line -> !line.startsWith(heading))
                .skip(1)
                .takeWhile(line -> !line.startsWith("## "))
                .filter(line -> line.startsWith("|"));
    }

    private static Set<String> options(CommandLine command) {
        Set<String> names = new TreeSet<>();
        for (OptionSpec option : command.getCommandSpec().options()) {
            names.addAll(Set.of(option.names()));
        }
        names.removeAll(EVERYWHERE);
        return names;
    }
}
