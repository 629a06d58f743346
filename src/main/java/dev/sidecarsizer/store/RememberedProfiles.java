package dev.sidecarsizer.store;

import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.MemoryProfile;
import dev.sidecarsizer.profile.Profiles;
import dev.sidecarsizer.profile.Subject;
import dev.sidecarsizer.profile.Subject.OfMesh;
import dev.sidecarsizer.profile.Subject.OfNamespace;
import dev.sidecarsizer.profile.Subject.OfWorkload;
import dev.sidecarsizer.store.Typed.Unreadable;
import org.jspecify.annotations.Nullable;

/** Profiles by what they speak for. Only what sizing reads is held. */
final class RememberedProfiles implements Profiles, Remembered {

    private final Shelf<Subject, MemoryProfile> shelf = new Shelf<>();
    private final Faults faults = new Faults(SidecarProfile.KIND);
    private final ProfileReader reader;

    RememberedProfiles(String ownNamespace) {
        reader = new ProfileReader(ownNamespace);
    }

    @Override
    public Lineage of(WorkloadKey workload, @Nullable String revision, @Nullable Integer concurrency) {
        boolean stratified = concurrency != null;
        return new Lineage(
                concurrency,
                revision != null && stratified ? shelf.first(new OfWorkload(workload, revision, concurrency)) : null,
                revision == null ? null : shelf.first(new OfWorkload(workload, revision, null)),
                stratified ? shelf.first(new OfWorkload(workload, null, concurrency)) : null,
                shelf.first(OfWorkload.whole(workload)),
                shelf.first(new OfNamespace(workload.namespace())),
                shelf.first(new OfMesh()));
    }

    /** The name of the object that speaks for {@code subject}; {@code null} where none does. */
    @Nullable
    String nameOf(Subject subject) {
        MemoryProfile known = shelf.first(subject);
        return known == null ? null : known.name().substring(known.name().indexOf('/') + 1);
    }

    @Override
    public void remember(StoredObject object) {
        try {
            ProfileReader.Read read = reader.read(object);
            if (read.profile().saysNothing()) {
                // made to keep decisions in: it must neither count as a beginning nor stand before one that says
                // something
                shelf.remove(object.path());
            } else {
                shelf.put(read.profile().name(), read.subject(), read.profile());
            }
            faults.note(object.path(), read.profile().fault());
        } catch (Unreadable unreadable) {
            shelf.remove(object.path());
            faults.note(object.path(), unreadable.getMessage());
        }
    }

    @Override
    public void forget(String path) {
        shelf.remove(path);
        faults.forget(path);
    }

    int size() {
        return shelf.size();
    }

    Faults faults() {
        return faults;
    }
}
