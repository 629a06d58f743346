package dev.sidecarsizer.cli.backtest.recording;

import de.siegmar.fastcsv.reader.CsvParseException;
import dev.sidecarsizer.backtest.recording.Recording;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * A file of recorded samples, or a folder of them with the folders in it: {@code *.csv}, and {@code *.om},
 * {@code *.openmetrics}, {@code *.prom} and {@code *.txt} as Prometheus writes text; each may be gzipped, {@code *.gz}.
 */
public final class RecordedFiles {

    private static final int BUFFER = 1 << 16;
    private static final String ZIPPED = ".gz";
    private static final String CSV = ".csv";
    private static final List<String> METRICS = List.of(".om", ".openmetrics", ".prom", ".txt");
    private static final String KINDS = "*.csv, *.om, *.openmetrics, *.prom or *.txt, each perhaps with .gz";

    private final Path from;
    private final List<Path> files;

    private RecordedFiles(Path from, List<Path> files) {
        this.from = from;
        this.files = files;
    }

    /**
     * Looks what is there; hidden files are passed over.
     *
     * @throws NothingToReplay where it cannot be listed, or has no such file
     */
    public static RecordedFiles in(Path from) throws NothingToReplay {
        List<Path> files;
        try (Stream<Path> all = Files.walk(from)) {
            files = all.filter(file -> isRecording(file.getFileName().toString()))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw new NothingToReplay(from + " cannot be listed: " + e.getMessage());
        }
        if (files.isEmpty()) {
            throw new NothingToReplay(
                    Files.isDirectory(from)
                            ? from + " has no " + KINDS + ": put recorded samples there"
                            : from + " is none of " + KINDS);
        }
        return new RecordedFiles(from, files);
    }

    /** How many bytes there are to read. */
    public long size() {
        return files.stream().mapToLong(RecordedFiles::sizeOf).sum();
    }

    /**
     * Reads all files.
     *
     * @param wanted which workloads, by their text, are wanted
     * @param progress takes how many bytes are read
     * @param tell takes what there is to tell, a line each
     * @throws NothingToReplay where no row can be used
     */
    public Recording read(Predicate<String> wanted, LongConsumer progress, Consumer<String> tell)
            throws NothingToReplay {
        Reading reading = new Reading(wanted);
        long before = 0;
        for (Path file : files) {
            reading.file();
            long base = before;
            try (InputStream raw = new BufferedInputStream(
                            new CountedStream(Files.newInputStream(file), read -> progress.accept(base + read)),
                            BUFFER);
                    InputStream text = isZipped(file) ? new GZIPInputStream(raw, BUFFER) : raw) {
                if (isCsv(file)) {
                    CsvRows.read(text, reading);
                } else {
                    MetricsText.read(text, reading);
                }
            } catch (IOException | UncheckedIOException | CsvParseException e) {
                reading.fault((file.equals(from) ? file.getFileName() : from.relativize(file)) + ": " + e.getMessage());
            }
            before += sizeOf(file);
        }
        Reading.Read read = reading.finish();
        read.told().lines().forEach(tell);
        return read.recording()
                .orElseThrow(() -> new NothingToReplay(from + " has no usable row: "
                        + String.join("; ", read.told().lines())));
    }

    private static boolean isRecording(String name) {
        String plain = plain(name);
        return !name.startsWith(".") && (plain.endsWith(CSV) || METRICS.stream().anyMatch(plain::endsWith));
    }

    private static boolean isCsv(Path file) {
        return plain(file.toString()).endsWith(CSV);
    }

    private static String plain(String name) {
        return name.endsWith(ZIPPED) ? name.substring(0, name.length() - ZIPPED.length()) : name;
    }

    private static boolean isZipped(Path file) {
        return file.toString().endsWith(ZIPPED);
    }

    private static long sizeOf(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0;
        }
    }
}
