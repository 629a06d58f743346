package dev.sidecarsizer.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * Where parts are kept between runs, outside the tree: {@code ~/.cache/sidecar-sizer/<part>/<key>/<file>}, the key being
 * a hash of all that the file is made from. A file is there whole or not at all, and is made by one process at a time.
 */
final class PartsCache {

    static final String ROOT_VARIABLE = "SIDECAR_SIZER_CACHE";

    private static final ConcurrentHashMap<Path, ReentrantLock> IN_THIS_JVM = new ConcurrentHashMap<>();

    private PartsCache() {}

    /** Makes files in an empty folder; every file left there enters the cache. */
    interface Maker {
        void make(Path folder);
    }

    static Path folder(String part, String key) {
        return root().resolve(part).resolve(key);
    }

    /** Sixteen hexadecimal digits that stand for these texts. */
    static String key(String... madeFrom) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String text : madeFrom) {
                digest.update(text.getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
            }
            return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Has {@code files} in {@code folder}, and calls {@code maker} for them unless all are there. */
    static void provide(Path folder, List<String> files, Progress progress, Maker maker) {
        if (allIn(folder, files)) {
            return;
        }
        ReentrantLock here = IN_THIS_JVM.computeIfAbsent(folder, any -> new ReentrantLock());
        here.lock();
        try {
            Files.createDirectories(folder);
            // a file lock belongs to the whole JVM, so threads of this one need the other lock
            try (FileChannel channel = FileChannel.open(
                            folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock elsewhere = lock(channel, folder, progress)) {
                if (elsewhere.isValid() && !allIn(folder, files)) {
                    makeAndMove(folder, maker);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot use the cache folder " + folder + " (set " + ROOT_VARIABLE + " to have it elsewhere)", e);
        } finally {
            here.unlock();
        }
    }

    private static Path root() {
        String chosen = System.getenv(ROOT_VARIABLE);
        return chosen == null || chosen.isBlank()
                ? Path.of(System.getProperty("user.home"), ".cache", "sidecar-sizer")
                : Path.of(chosen).toAbsolutePath();
    }

    private static boolean allIn(Path folder, List<String> files) {
        return files.stream().allMatch(file -> Files.isRegularFile(folder.resolve(file)));
    }

    private static FileLock lock(FileChannel channel, Path folder, Progress progress) throws IOException {
        FileLock free = channel.tryLock();
        if (free != null) {
            return free;
        }
        progress.say("  another process is filling " + folder + "; waiting for it");
        return channel.lock();
    }

    private static void makeAndMove(Path folder, Maker maker) throws IOException {
        Path unfinished = Files.createTempDirectory(folder, ".unfinished-");
        try {
            maker.make(unfinished);
            List<Path> made;
            try (Stream<Path> all = Files.list(unfinished)) {
                made = all.toList();
            }
            for (Path file : made) {
                Files.move(file, folder.resolve(file.getFileName()), StandardCopyOption.ATOMIC_MOVE);
            }
        } finally {
            Folders.delete(unfinished);
        }
    }
}
