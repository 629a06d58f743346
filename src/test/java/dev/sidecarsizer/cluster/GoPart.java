package dev.sidecarsizer.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/**
 * Programs of a Go module pinned under {@code src/test/parts}, built once into the cache.
 *
 * <p>Versions are written in the part's {@code go.mod} and nowhere else. Needs Go 1.21 or later on the PATH: it fetches
 * the newer toolchain that a {@code go.mod} asks for by itself.
 */
public final class GoPart {

    private static final String KUBERNETES = "k8s.io/kubernetes";

    private static final String THANOS = "github.com/thanos-io/thanos";

    private final String name;
    private final Path folder;
    private final String mod;
    private final String linkerFlags;

    private GoPart(String name) {
        this.name = name;
        this.folder = Path.of("src", "test", "parts", name).toAbsolutePath();
        this.mod = read(folder.resolve("go.mod"));
        this.linkerFlags = linkerFlags();
    }

    /** The part in {@code src/test/parts/<name>}. */
    public static GoPart named(String name) {
        return new GoPart(name);
    }

    /** Whether Go is on the PATH. */
    public static boolean canBuild() {
        return Guard.onPath("go").isPresent();
    }

    /** The version of a module that this part requires, such as {@code v1.36.2}. */
    public String versionOf(String module) {
        Matcher required = Pattern.compile("(?m)^(?:require)?\\s*" + Pattern.quote(module) + "\\s+(v\\S+)")
                .matcher(mod);
        if (!required.find()) {
            throw new IllegalArgumentException(module + " is not required by " + folder.resolve("go.mod"));
        }
        return required.group(1);
    }

    /** Whether this package's program is in the cache. */
    public boolean isBuilt(String goPackage) {
        return Files.isRegularFile(path(goPackage));
    }

    /**
     * The program of a main package, built if it is not in the cache.
     *
     * @throws PartMissing where there is no Go, or it cannot build
     */
    public Path build(String goPackage, Progress progress) {
        build(List.of(goPackage), progress);
        return path(goPackage);
    }

    /** The same for several, in one go: they share most of their packages. */
    public void build(List<String> goPackages, Progress progress) {
        List<String> missing =
                goPackages.stream().filter(any -> !isBuilt(any)).distinct().toList();
        if (missing.isEmpty()) {
            return;
        }
        List<String> names = missing.stream().map(GoPart::programOf).toList();
        if (!canBuild()) {
            throw new PartMissing("Building " + String.join(", ", names) + " needs Go on the PATH");
        }
        PartsCache.provide(
                cached(),
                names,
                progress,
                unfinished -> compile(missing, String.join(", ", names), unfinished, progress));
    }

    /** Where the program of this package is, once built. */
    public Path path(String goPackage) {
        return cached().resolve(programOf(goPackage));
    }

    /** The sources of a module that this part requires: its manifests and templates are among them. */
    public Path sources(String module) {
        String answer = new Command(List.of("go", "mod", "download", "-json", module), folder)
                .run()
                .orThrow()
                .out();
        return Path.of(JsonMapper.shared().readTree(answer).path("Dir").asString());
    }

    private void compile(List<String> goPackages, String what, Path into, Progress progress) {
        List<String> words = new ArrayList<>(List.of("go", "build", "-v", "-trimpath", "-ldflags", linkerFlags));
        words.addAll(List.of("-tags", tag(), "-o", into + "/"));
        words.addAll(goPackages);
        try (BuildWatch watch = new BuildWatch(what, progress)) {
            int exit = new Command(words, folder).run(watch::line);
            if (exit != 0) {
                throw new PartMissing("Go could not build " + what + " (exit " + exit + "):\n" + watch.lastLines());
            }
            watch.done();
        }
    }

    private Path cached() {
        List<String> madeFrom = new ArrayList<>(List.of(
                mod,
                read(folder.resolve("go.sum")),
                linkerFlags,
                System.getProperty("os.name") + "/" + System.getProperty("os.arch")));
        ownSources().forEach(file -> madeFrom.add(read(file)));
        return PartsCache.folder(name, PartsCache.key(madeFrom.toArray(String[]::new)));
    }

    /** Programs that this part has itself, not from a module that it requires. */
    private List<Path> ownSources() {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".go"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kubernetes' programs learn their version from the linker; without one they refuse to work with each other. */
    private String linkerFlags() {
        String strip = "-s -w";
        return mod.contains(KUBERNETES + " v")
                ? strip + " -X k8s.io/component-base/version.gitVersion=" + versionOf(KUBERNETES)
                : strip;
    }

    /** Thanos must have labels as it expects them; Prometheus alone knows the other, and leaves out the clouds' SDKs then. */
    private String tag() {
        return mod.contains(THANOS + " v") ? "slicelabels" : "remove_all_sd";
    }

    /** The name that {@code go build} gives: the package's last element that is not a major version. */
    private static String programOf(String goPackage) {
        String path = goPackage.replaceFirst("/v\\d+$", "");
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("run this from the project's folder: there is no " + file, e);
        }
    }
}
