package dev.sidecarsizer.cli.backtest;

import dev.sidecarsizer.backtest.recording.Recording;
import dev.sidecarsizer.cli.CommandFailed;
import dev.sidecarsizer.cli.backtest.recording.NothingToReplay;
import dev.sidecarsizer.cli.backtest.recording.PrometheusHistory;
import dev.sidecarsizer.cli.backtest.recording.RecordedFiles;
import dev.sidecarsizer.collect.SourceFailed;
import dev.sidecarsizer.collect.prometheus.PrometheusUsage;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads what was recorded, shows how far it is, and says at the end what was odd in it. */
final class Recordings {

    private final Predicate<String> wanted;
    private final PrintWriter err;
    private final boolean watched;

    /**
     * @param patterns of the workloads that are read, where {@code *} stands for any characters; none for all
     * @param err what was odd goes there
     * @param watched whether somebody looks
     */
    Recordings(List<String> patterns, PrintWriter err, boolean watched) {
        Pattern pattern = pattern(patterns);
        wanted = text -> pattern.matcher(text).matches();
        this.err = err;
        this.watched = watched;
    }

    /** What is in a file, or in the files of a folder. */
    Recording in(Path from) throws CommandFailed {
        return read(told -> {
            RecordedFiles files = RecordedFiles.in(from);
            try (Meter meter = Meter.of("reading", files.size(), watched)) {
                return files.read(wanted, meter, told);
            }
        });
    }

    /** What a Prometheus remembers. */
    Recording of(PrometheusUsage usage) throws CommandFailed {
        return read(told -> {
            PrometheusHistory history = new PrometheusHistory(usage, Instant.now());
            try (Meter meter = Meter.of("asking", history.steps(), watched)) {
                return history.read(wanted, meter, told);
            }
        });
    }

    /** Reads, and tells what is odd. */
    private interface Reader {
        Recording read(Consumer<String> told) throws NothingToReplay;
    }

    private Recording read(Reader reader) throws CommandFailed {
        List<String> told = new ArrayList<>();
        try {
            return reader.read(told::add);
        } catch (NothingToReplay e) {
            throw new CommandFailed(String.valueOf(e.getMessage()), e);
        } catch (SourceFailed e) {
            throw new CommandFailed(Input.Server.asOptions(String.valueOf(e.getMessage())), e);
        } finally {
            told.forEach(err::println);
            err.flush();
        }
    }

    private static Pattern pattern(List<String> patterns) {
        return patterns.isEmpty()
                ? Pattern.compile(".*", Pattern.DOTALL)
                : Pattern.compile(
                        patterns.stream()
                                .map(pattern ->
                                        "\\Q" + pattern.replace("\\E", "").replace("*", "\\E.*\\Q") + "\\E")
                                .collect(Collectors.joining("|")),
                        Pattern.DOTALL);
    }
}
