package dev.sidecarsizer.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * Programs of a Debian package, without installing it: no root is needed and no service starts. What apt downloads, it
 * verifies.
 */
final class DebianPackage {

    private final String name;

    DebianPackage(String name) {
        this.name = name;
    }

    /**
     * The folder with these programs of {@code /usr/bin}, unpacked into the cache if they are not there.
     *
     * @throws PartMissing where this is no Debian, or apt cannot get it
     */
    Path programs(List<String> programs, Progress progress) {
        String version = candidate();
        Path folder = PartsCache.folder(name, version.replaceAll("[^A-Za-z0-9.+-]", "_"));
        PartsCache.provide(folder, programs, progress, unfinished -> {
            progress.say("  fetching Debian's " + name + " " + version + ", once");
            try {
                unpack(programs, unfinished);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot unpack Debian's " + name, e);
            }
        });
        return folder;
    }

    private void unpack(List<String> programs, Path into) throws IOException {
        Path download = Files.createDirectory(into.resolve("download"));
        run(List.of("apt-get", "download", "-qq", name), download);
        Path archive;
        try (Stream<Path> all = Files.list(download)) {
            archive = all.findFirst().orElseThrow(() -> new PartMissing("apt-get left no package in " + download));
        }
        run(List.of("dpkg", "-x", archive.toString(), "unpacked"), download);
        for (String program : programs) {
            Path unpacked =
                    download.resolve("unpacked").resolve("usr").resolve("bin").resolve(program);
            Files.move(unpacked, into.resolve(program), StandardCopyOption.ATOMIC_MOVE);
        }
        Folders.delete(download);
    }

    private void run(List<String> words, Path folder) {
        Command.Outcome outcome = new Command(words, folder).run();
        if (!outcome.ok()) {
            throw new PartMissing(String.join(" ", words) + " failed; is the list of packages there (apt-get update)?\n"
                    + outcome.err().strip());
        }
    }

    /** The version that apt would download. */
    private String candidate() {
        if (Guard.onPath("apt-cache").isEmpty() || Guard.onPath("dpkg").isEmpty()) {
            throw new PartMissing(name + " is not on the PATH, and this is no Debian to get it from: install it");
        }
        return new Command(List.of("apt-cache", "policy", name))
                .run()
                .out()
                .lines()
                .map(String::strip)
                .filter(line -> line.startsWith("Candidate:"))
                .map(line -> line.substring("Candidate:".length()).strip())
                .filter(version -> !version.equals("(none)"))
                .findFirst()
                .orElseThrow(() -> new PartMissing(
                        "apt knows no package " + name + ": install " + name + ", or run apt-get update"));
    }
}
