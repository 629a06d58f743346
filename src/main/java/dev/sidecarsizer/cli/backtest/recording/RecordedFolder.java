package dev.sidecarsizer.cli.backtest.recording;

import de.siegmar.fastcsv.reader.CsvParseException;
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

/** A folder of recorded samples, with the folders in it: {@code *.csv} and {@code *.csv.gz}. */
public final class RecordedFolder {

    private static final int BUFFER = 1 << 16;

    private final Path folder;
    private final List<Path> files;

    private RecordedFolder(Path folder, List<Path> files) {
        this.folder = folder;
        this.files = files;
    }

    /**
     * Looks what is there; hidden files are passed over.
     *
     * @throws NothingToReplay where it cannot be listed, or has no such file
     */
    public static RecordedFolder in(Path folder) throws NothingToReplay {
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.filter(file -> isRecording(file.getFileName().toString()))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw new NothingToReplay(folder + " cannot be listed: " + e.getMessage());
        }
        if (files.isEmpty()) {
            throw new NothingToReplay(folder + " has no *.csv or *.csv.gz: put recorded samples there");
        }
        return new RecordedFolder(folder, files);
    }

    /** How many bytes there are to read. */
    public long size() {
        return files.stream().mapToLong(RecordedFolder::sizeOf).sum();
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
                CsvRows.read(text, reading);
            } catch (IOException | UncheckedIOException | CsvParseException e) {
                reading.fault(folder.relativize(file) + ": " + e.getMessage());
            }
            before += sizeOf(file);
        }
        Reading.Read read = reading.finish();
        read.told().lines().forEach(tell);
        return read.recording()
                .orElseThrow(() -> new NothingToReplay(folder + " has no usable row: "
                        + String.join("; ", read.told().lines())));
    }

    private static boolean isRecording(String name) {
        return !name.startsWith(".") && (name.endsWith(".csv") || name.endsWith(".csv.gz"));
    }

    private static boolean isZipped(Path file) {
        return file.toString().endsWith(".gz");
    }

    private static long sizeOf(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0;
        }
    }
}
