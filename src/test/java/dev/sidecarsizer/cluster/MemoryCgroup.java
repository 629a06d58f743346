package dev.sidecarsizer.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A memory cgroup with a limit, of version 1 or 2, such as the kubelet gives each container: what it holds is killed
 * where it needs more. Needs root. Removed when it is closed, after its processes have ended.
 */
public final class MemoryCgroup implements AutoCloseable {

    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Path folder;
    private final Version version;

    private MemoryCgroup(Path folder, Version version) {
        this.folder = folder;
        this.version = version;
    }

    /** The files of each version, by what they tell. */
    private enum Version {
        ONE("memory.limit_in_bytes", "memory.usage_in_bytes", "memory.max_usage_in_bytes", "memory.oom_control"),
        TWO("memory.max", "memory.current", "memory.peak", "memory.events");

        private final String limit;
        private final String usage;
        private final String peak;
        private final String events;

        Version(String limit, String usage, String peak, String events) {
            this.limit = limit;
            this.usage = usage;
            this.peak = peak;
            this.events = events;
        }
    }

    /**
     * Makes one.
     *
     * @param limit in bytes
     * @throws PartMissing where this machine has none to be made
     */
    public static MemoryCgroup ofLimit(long limit) {
        boolean unified = Files.exists(ROOT.resolve("cgroup.controllers"));
        Path parent = unified ? ROOT : ROOT.resolve("memory");
        MemoryCgroup cgroup = new MemoryCgroup(
                parent.resolve("sidecar-sizer-" + UUID.randomUUID()), unified ? Version.TWO : Version.ONE);
        try {
            if (unified
                    && !Files.readString(ROOT.resolve("cgroup.subtree_control")).contains("memory")) {
                Files.writeString(ROOT.resolve("cgroup.subtree_control"), "+memory");
            }
            Files.createDirectory(cgroup.folder);
        } catch (IOException e) {
            throw new PartMissing("a memory cgroup cannot be made under " + parent + ": it needs root", e);
        }
        try {
            cgroup.write(cgroup.version.limit, limit);
            return cgroup;
        } catch (RuntimeException e) {
            cgroup.close();
            throw e;
        }
    }

    /** The words that start {@code command} inside, so that all its memory counts; it keeps the process's id. */
    public List<String> inside(List<String> command) {
        List<String> words = new ArrayList<>(
                List.of("sh", "-c", "echo $$ > " + folder.resolve("cgroup.procs") + " && exec \"$@\"", "sh"));
        words.addAll(command);
        return words;
    }

    /** Bytes charged now, file pages included. */
    public long usage() {
        return number(version.usage);
    }

    /** The most bytes that were ever charged. */
    public long peak() {
        return number(version.peak);
    }

    /** How many processes the kernel has killed in here for want of memory. */
    public long oomKills() {
        return text(version.events)
                .lines()
                .filter(line -> line.startsWith("oom_kill "))
                .mapToLong(line ->
                        Long.parseLong(line.substring("oom_kill ".length()).strip()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(version.events + " tells of no oom_kill"));
    }

    @Override
    public void close() {
        Instant deadline = Instant.now().plus(PATIENCE);
        // a process that ends leaves some time after
        while (Files.exists(folder)) {
            try {
                Files.delete(folder);
            } catch (IOException e) {
                if (Instant.now().isAfter(deadline)) {
                    throw new UncheckedIOException("cgroup " + folder + " cannot be removed", e);
                }
                pause();
            }
        }
    }

    private long number(String file) {
        return Long.parseLong(text(file).strip());
    }

    private String text(String file) {
        try {
            return Files.readString(folder.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(String file, long value) {
        try {
            Files.writeString(folder.resolve(file), String.valueOf(value));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
