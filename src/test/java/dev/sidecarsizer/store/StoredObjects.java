package dev.sidecarsizer.store;

import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Profiles;
import dev.sidecarsizer.sizing.Policies;
import dev.sidecarsizer.sizing.Surroundings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The objects of a cluster, from a folder of YAML, behind the same ports and read by the same code as those that an API
 * server sends. Where no Namespace is among them, every namespace counts as enforce.
 */
public final class StoredObjects {

    private static final String SUFFIX = ".yaml";

    private final RememberedKinds kinds;
    private boolean namespaces;

    private StoredObjects(String ownNamespace) {
        kinds = new RememberedKinds(ownNamespace);
    }

    /**
     * Reads all of {@code folder}.
     *
     * @param ownNamespace where policies and priors of the mesh are
     */
    public static StoredObjects in(Path folder, String ownNamespace) {
        StoredObjects objects = new StoredObjects(ownNamespace);
        try (Stream<Path> files = Files.list(folder)) {
            files.filter(file -> file.toString().endsWith(SUFFIX)).sorted().forEach(objects::read);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return objects;
    }

    public Profiles profiles() {
        return kinds.profiles();
    }

    public Policies policies() {
        return kinds.policies();
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

    private void read(Path file) {
        try {
            for (StoredObject object : YamlFile.read(file, problem -> {
                throw new AssertionError(file + ": " + problem);
            })) {
                refuseUnknownFields(file, object);
                WatchedKind kind = WatchedKind.named(object.kind()).orElseThrow();
                namespaces |= kind == WatchedKind.NAMESPACES;
                kinds.of(kind).remember(object);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A slip of the pen in a case would be a case of nothing. */
    private static void refuseUnknownFields(Path file, StoredObject object) {
        boolean isProfile = object.kind().equals(SidecarProfile.KIND);
        if (isProfile || object.kind().equals(SidecarPolicy.KIND)) {
            Typed.unknownField(object.body(), isProfile ? SidecarProfile.class : SidecarPolicy.class)
                    .ifPresent(field -> {
                        throw new AssertionError(file + " has a field that nobody knows: " + field);
                    });
        }
    }
}
