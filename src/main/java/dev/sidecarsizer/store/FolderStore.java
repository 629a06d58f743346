package dev.sidecarsizer.store;

import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.ProfileSink;
import dev.sidecarsizer.profile.Profiles;
import dev.sidecarsizer.sizing.Policies;
import dev.sidecarsizer.sizing.Surroundings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Profiles and policies from a folder of YAML, in place of a cluster: every namespace counts as enforce, nobody else
 * has a say, and decisions are not kept.
 *
 * <p>Reads {@code *.yaml}, {@code *.yml} and {@code *.json} in the folder and below it, once, at start. A file that
 * cannot be read is logged and passed by, the rest is used.
 */
public final class FolderStore {

    private static final Logger LOG = LoggerFactory.getLogger(FolderStore.class);
    private static final int DEEPEST = 8;

    private final RememberedProfiles profiles;
    private final RememberedPolicies policies;
    private int skipped;

    private FolderStore(String ownNamespace) {
        profiles = new RememberedProfiles(ownNamespace);
        policies = new RememberedPolicies(ownNamespace);
    }

    /**
     * Reads the whole folder.
     *
     * @param ownNamespace where policies and priors of the mesh are
     * @throws IllegalArgumentException where {@code directory} is no folder that can be listed
     */
    public static FolderStore read(Path directory, String ownNamespace) {
        FolderStore store = new FolderStore(ownNamespace);
        files(directory).forEach(store::take);
        LOG.info(
                "{} profiles and {} policies from {}{}",
                store.profiles.size(),
                store.policies.size(),
                directory,
                store.skipped == 0 ? "" : "; " + store.skipped + " files passed by, in part or whole");
        return store;
    }

    public Profiles profiles() {
        return profiles;
    }

    public Policies policies() {
        return policies;
    }

    public Surroundings.Source surroundings() {
        return new Surroundings.Source() {
            @Override
            public Optional<Mode> mode(String namespace) {
                return Optional.of(Mode.ENFORCE);
            }

            @Override
            public Surroundings of(WorkloadKey workload) {
                return Surroundings.NONE;
            }
        };
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
            for (StoredObject object : YamlFile.read(file, problem -> passBy(file, "passed by in part", problem))) {
                boolean isProfile = object.kind().equals(SidecarProfile.KIND);
                (isProfile ? profiles : policies).remember(object);
                Typed.unknownField(object.body(), isProfile ? SidecarProfile.class : SidecarPolicy.class)
                        .ifPresent(field -> LOG.warn(
                                "{}: {} {} has a field that we do not know: {}",
                                file,
                                object.kind(),
                                object.path(),
                                field));
            }
        } catch (IOException | IllegalArgumentException unreadable) {
            passBy(file, "passed by", Reading.line(String.valueOf(unreadable.getMessage())));
        }
    }

    private void passBy(Path file, String howFar, String problem) {
        skipped++;
        LOG.warn("{} is {}: {}", file, howFar, problem);
    }
}
