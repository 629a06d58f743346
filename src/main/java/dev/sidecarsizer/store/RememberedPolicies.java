package dev.sidecarsizer.store;

import dev.sidecarsizer.sizing.Policies;
import dev.sidecarsizer.sizing.SizingPolicy;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Policies by namespace; those of our own namespace are the mesh's. */
final class RememberedPolicies implements Policies, Remembered {

    private final Shelf<String, PolicyReader.Read> shelf = new Shelf<>();
    private final Faults faults = new Faults(SidecarPolicy.KIND);
    private final String ownNamespace;

    RememberedPolicies(String ownNamespace) {
        this.ownNamespace = ownNamespace;
    }

    @Override
    public SizingPolicy of(String namespace, Map<String, String> podLabels) {
        SizingPolicy own = selecting(namespace, podLabels);
        if (own != null) {
            return own;
        }
        SizingPolicy mesh = selecting(ownNamespace, podLabels);
        return mesh == null ? SizingPolicy.DEFAULT : mesh;
    }

    /** Of those that select the pod, the one with the most labels; among equals, the first by name. */
    private @Nullable SizingPolicy selecting(String namespace, Map<String, String> podLabels) {
        PolicyReader.Read best = null;
        for (PolicyReader.Read one : shelf.all(namespace)) {
            boolean selects = podLabels.entrySet().containsAll(one.labels().entrySet());
            if (selects && (best == null || one.labels().size() > best.labels().size())) {
                best = one;
            }
        }
        return best == null ? null : best.policy();
    }

    @Override
    public void remember(StoredObject object) {
        PolicyReader.Read read = PolicyReader.read(object);
        shelf.put(object.path(), object.namespace(), read);
        faults.note(object.path(), read.policy().fault());
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
