package dev.sidecarsizer.cli.backtest;

import dev.sidecarsizer.backtest.recording.Recording;
import dev.sidecarsizer.backtest.replay.Judged;
import dev.sidecarsizer.backtest.replay.Outcome;
import dev.sidecarsizer.backtest.replay.Replay;
import dev.sidecarsizer.backtest.replay.Split;
import dev.sidecarsizer.backtest.replay.Strategy;
import dev.sidecarsizer.cli.CommandFailed;
import dev.sidecarsizer.cli.Terminal;
import dev.sidecarsizer.cli.backtest.report.Comparison;
import dev.sidecarsizer.collect.prometheus.PrometheusUsage;
import dev.sidecarsizer.mesh.Bytes;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sidecar-sizer backtest}: what would each way of sizing have cost, on this history? */
@Command(
        name = "backtest",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Replays recorded memory use through ways of sizing sidecars, and counts the OOM kills that would"
                + " have been and the memory that would have been reserved.")
public final class BacktestCommand implements Callable<Integer> {

    private static final String WHOLE = "${DEFAULT-VALUE}";

    /** Fewer are told of nobody: a restart, a scrape that was late. */
    private static final double TOLD_GAPS = 0.001;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @ArgGroup(multiplicity = "1")
    private Input input = new Input();

    @Option(
            names = "--strategy",
            split = ",",
            paramLabel = "NAME",
            completionCandidates = Names.class,
            description = "What is compared, of ${COMPLETION-CANDIDATES}. Default: all but vpa-guaranteed.")
    private List<String> strategies = Strategies.DEFAULT;

    @Option(
            names = {"-o", "--output"},
            defaultValue = "table",
            paramLabel = "FORM",
            description = "table, wide, json, csv or html. Default: " + WHOLE + ".")
    private Output output = Output.TABLE;

    @Option(names = "--out", paramLabel = "FILE", description = "Write there instead of to standard output.")
    private @Nullable Path out;

    @Option(
            names = "--judge-from",
            defaultValue = "0.5",
            paramLabel = "WHEN",
            description =
                    "What is before is only learnt from: a share of the time, or an instant. Default: " + WHOLE + ".")
    private String judgeFrom = "0.5";

    @Option(
            names = "--workload",
            paramLabel = "PATTERN",
            description = "Only these workloads; * stands for any characters. May be repeated.")
    private List<String> patterns = List.of();

    @Option(
            names = "--window",
            defaultValue = "1h",
            paramLabel = "TIME",
            description = "Length of the windows that samples are summed up in. Default: " + WHOLE + ".")
    private Duration window = Duration.ofHours(1);

    @Option(
            names = "--resample",
            paramLabel = "TIME",
            description =
                    "Let strategies see one sample in each such time, as by a slower scrape; kills are judged by all.")
    private Duration resample = Duration.ZERO;

    @Option(
            names = "--measured-every",
            paramLabel = "TIME",
            description = "Time between measurements, where each recorded sample is the highest of several."
                    + " Default: as the samples are apart, or as Prometheus scraped.")
    private Duration measuredEvery = Duration.ZERO;

    @Mixin
    private TermOptions terms = new TermOptions();

    @Override
    public Integer call() throws CommandFailed {
        check();
        JudgeFrom start = judgeFrom();
        boolean watched = Terminal.isOnStandardError();
        try {
            Recording read = read(watched);
            Recording recording = measuredEvery.isZero() ? read : read.measuredEvery(measuredEvery.toSeconds());
            Split split = new Split(start.in(recording), window, resample);
            checkJudged(recording, split.judgeFrom());
            tellGaps(Judged.of(recording, split.judgeFrom()), recording, split.judgeFrom());
            List<Outcome> outcomes = replay(recording, split, watched);
            write(new Comparison(recording, split, outcomes));
            return 0;
        } catch (OutOfMemoryError e) {
            throw new CommandFailed(
                    "the history does not fit in "
                            + new Bytes(Runtime.getRuntime().maxMemory())
                            + " of heap: give Java more with -Xmx, or choose with --workload",
                    e);
        }
    }

    private Recording read(boolean watched) throws CommandFailed {
        Recordings recordings = new Recordings(patterns, spec.commandLine().getErr(), watched);
        Path from = input.from;
        return from == null ? recordings.of(usage()) : recordings.in(from);
    }

    private PrometheusUsage usage() {
        try {
            return Objects.requireNonNull(input.server, "one of both is given").usage();
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
    }

    private List<Outcome> replay(Recording recording, Split split, boolean watched) {
        Terms those = terms.terms(window, split.measurements(recording));
        List<Strategy> compared = strategies.stream()
                .distinct()
                .map(name -> Strategies.named(name, those))
                .toList();
        try (Meter meter = Meter.of("replaying", recording.samples(), watched)) {
            return new Replay(recording, compared, split, those.request(), those.limit()).run(meter);
        }
    }

    private void write(Comparison comparison) throws CommandFailed {
        Path file = out;
        try {
            if (file == null) {
                PrintWriter writer = spec.commandLine().getOut();
                output.report().write(comparison, writer);
                writer.flush();
            } else {
                try (Writer writer = Files.newBufferedWriter(file)) {
                    output.report().write(comparison, writer);
                }
            }
        } catch (IOException e) {
            throw new CommandFailed("--out " + file + " cannot be written: " + e, e);
        }
    }

    private void check() {
        if (input.from != null && !Files.exists(input.from)) {
            throw wrong("--from " + input.from + " is not there: name the file or folder of recorded samples");
        }
        List<String> unknown = strategies.stream()
                .filter(name -> !Strategies.names().contains(name))
                .toList();
        if (!unknown.isEmpty()) {
            throw wrong("--strategy " + unknown.get(0) + " is none of " + String.join(", ", Strategies.names()));
        }
        if (window.isZero()) {
            throw wrong("--window 0s is too short: give 1s or more, such as 1h");
        }
        terms.fault().ifPresent(fault -> {
            throw wrong(fault);
        });
    }

    private JudgeFrom judgeFrom() {
        try {
            return JudgeFrom.parse(judgeFrom);
        } catch (IllegalArgumentException e) {
            throw wrong("--judge-from " + e.getMessage());
        }
    }

    private void checkJudged(Recording recording, Instant judged) {
        Instant first = Instant.ofEpochSecond(recording.first());
        Instant last = Instant.ofEpochSecond(recording.last());
        if (judged.isBefore(first) || judged.isAfter(last)) {
            throw wrong("--judge-from " + judged + " is outside of what was recorded: name an instant from " + first
                    + " to " + last);
        }
    }

    private void tellGaps(Judged judged, Recording recording, Instant from) throws CommandFailed {
        if (judged.isHardlyAnything()) {
            throw new CommandFailed("hardly anything is judged: from " + from + " to "
                    + Instant.ofEpochSecond(recording.last()) + " all pods together were seen for "
                    + judged.lived() + "; look for a wrong timestamp, or name --judge-from");
        }
        if (judged.gapShare() >= TOLD_GAPS) {
            PrintWriter err = spec.commandLine().getErr();
            err.printf(
                    Locale.ROOT,
                    "%.1f %% of the judged pods' time is gaps of more than 10 steps or a day, which count as lived%n",
                    judged.gapShare() * 100);
            err.flush();
        }
    }

    private ParameterException wrong(String what) {
        return new ParameterException(spec.commandLine(), what);
    }

    /** For the help, and for completion. */
    static final class Names implements Iterable<String> {

        @Override
        public Iterator<String> iterator() {
            return Strategies.names().iterator();
        }
    }
}
