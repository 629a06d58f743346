package dev.sidecarsizer.store;

import dev.sidecarsizer.guard.Brake;
import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.ProfileSink;
import dev.sidecarsizer.profile.Profiles;
import dev.sidecarsizer.profile.Subject;
import dev.sidecarsizer.sizing.Policies;
import dev.sidecarsizer.sizing.Surroundings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Profiles and policies from a folder of YAML, in place of a cluster. Where the folder has no Namespace, every one counts
 * as enforce; LimitRanges, ResourceQuotas and autoscalers in it have their say; decisions are not kept.
 *
 * <p>Reads {@code *.yaml}, {@code *.yml} and {@code *.json} in the folder and below it, once, at start. A file that
 * cannot be read is logged and passed by, the rest is used.
 */
public final class FolderStore {

    private static final Logger LOG = LoggerFactory.getLogger(FolderStore.class);
    private static final int DEEPEST = 8;

    private final String ownNamespace;
    private final Consumer<String> problem;
    private final RememberedKinds kinds;
    private final List<Path> files;
    private final List<StoredProfile> stored = new ArrayList<>();
    private boolean namespaces;
    private int skipped;

    private FolderStore(List<Path> files, String ownNamespace, Consumer<String> problem) {
        this.files = files;
        this.ownNamespace = ownNamespace;
        this.problem = problem;
        kinds = new RememberedKinds(ownNamespace);
    }

    /**
     * Reads the whole folder.
     *
     * @param ownNamespace where policies and priors of the mesh are
     * @param problem told of each file that is passed by, in part or whole
     * @throws IllegalArgumentException where {@code directory} is no folder that can be listed
     */
    public static FolderStore read(Path directory, String ownNamespace, Consumer<String> problem) {
        FolderStore store = new FolderStore(files(directory), ownNamespace, problem);
        store.files.forEach(store::take);
        LOG.info(
                "{} profiles and {} policies from {}{}",
                store.kinds.profiles().size(),
                store.kinds.policies().size(),
                directory,
                store.skipped == 0 ? "" : "; " + store.skipped + " files passed by, in part or whole");
        return store;
    }

    public Profiles profiles() {
        return kinds.profiles();
    }

    public Policies policies() {
        return kinds.policies();
    }

    /** What holds all of it back: the folder may have the ConfigMap that a cluster has. */
    public Brake brake() {
        return kinds.brake().now();
    }

    public Surroundings.Source surroundings() {
        return new Surroundings.Source() {
            @Override
            public Optional<Mode> mode(String namespace) {
                return namespaces ? kinds.surroundings().mode(namespace) : Optional.of(Mode.ENFORCE);
            }

            @Override
            public Surroundings of(WorkloadKey workload) {
                return kinds.surroundings().of(workload);
            }
        };
    }

    /** The profiles one by one, for whoever looks at more than one workload. */
    public List<StoredProfile> stored() {
        return stored;
    }

    /** Gives every history that is in these files now, to whoever looks at them. */
    public void eachHistory(BiConsumer<Subject, String> into) {
        new FolderHistories(files, ownNamespace).each(into);
    }

    /** Keeps nothing: the folder is the reader's own, and we do not write into it. */
    public ProfileSink sink() {
        return (workload, tallies) ->
                tallies.forEach(tally -> LOG.debug("{}: {} {}", workload, tally.decision(), tally.reason()));
    }

    /** Files that were passed by, in part or whole. */
    public int skipped() {
        return skipped;
    }

    private static List<Path> files(Path directory) {
        if (Files.isRegularFile(directory)) {
            // it would walk as a folder of nothing
            throw new IllegalArgumentException(
                    "sidecar-sizer.profiles.directory " + directory + ": is a file; name a folder of YAML files");
        }
        try (Stream<Path> found = Files.walk(directory, DEEPEST)) {
            return found.filter(Files::isRegularFile)
                    .filter(file -> isYaml(directory.relativize(file)))
                    .sorted()
                    .toList();
        } catch (IOException | RuntimeException unreadable) {
            throw new IllegalArgumentException(
                    "sidecar-sizer.profiles.directory " + directory + ": cannot be listed (" + unreadable
                            + "); name a folder of YAML files",
                    unreadable);
        }
    }

    /** Hidden folders too are passed by: a mounted ConfigMap holds each file twice. */
    private static boolean isYaml(Path relative) {
        for (Path part : relative) {
            if (part.toString().startsWith(".")) {
                return false;
            }
        }
        String name = relative.getFileName().toString();
        return name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json");
    }

    private void take(Path file) {
        try {
            for (StoredObject object : YamlFile.read(file, what -> passBy(file, "passed by in part", what))) {
                take(file, object);
            }
        } catch (IOException | IllegalArgumentException unreadable) {
            passBy(file, "passed by", Reading.line(String.valueOf(unreadable.getMessage())));
        }
    }

    private void take(Path file, StoredObject object) {
        WatchedKind kind = WatchedKind.named(object.kind()).orElseThrow();
        kinds.of(kind).remember(object);
        namespaces |= kind == WatchedKind.NAMESPACES;
        boolean isProfile = kind == WatchedKind.PROFILES;
        if (isProfile) {
            StoredProfile.of(object, ownNamespace).ifPresent(stored::add);
        }
        if (isProfile || kind == WatchedKind.POLICIES) {
            Typed.unknownField(object.body(), isProfile ? SidecarProfile.class : SidecarPolicy.class)
                    .ifPresent(field -> problem.accept(file + ": " + object.kind() + " " + object.path()
                            + " has a field that we do not know: " + field));
        }
    }

    private void passBy(Path file, String howFar, String what) {
        skipped++;
        this.problem.accept(file + " is " + howFar + ": " + what);
    }
}
