package dev.sidecarsizer.store;

import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Learnt.Owner;
import dev.sidecarsizer.profile.Subject;
import dev.sidecarsizer.profile.Subject.OfMesh;
import dev.sidecarsizer.profile.Subject.OfNamespace;
import dev.sidecarsizer.profile.Subject.OfWorkload;
import dev.sidecarsizer.store.Typed.Unreadable;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The {@code spec} that profiles and histories have in common: what they are about.
 *
 * @param ownNamespace where the mesh's are
 */
record About(String ownNamespace) {

    /** The namespace whose object speaks for {@code subject}. */
    String namespaceOf(Subject subject) {
        if (subject instanceof OfWorkload part) {
            return part.workload().namespace();
        }
        return subject instanceof OfNamespace prior ? prior.namespace() : ownNamespace;
    }

    /**
     * What {@code object} is about.
     *
     * @throws Unreadable where that cannot be told
     */
    Subject read(GenericKubernetesResource object) throws Unreadable {
        SidecarProfile.Spec spec = Typed.of("spec", object.get("spec"), SidecarProfile.Spec.class);
        if (spec == null) {
            throw new Unreadable("spec: is missing; name scope or workload");
        }
        return new ProfileReader(ownNamespace).subject(object.getMetadata().getNamespace(), spec);
    }

    boolean is(GenericKubernetesResource object, Subject subject) {
        try {
            return read(object).equals(subject);
        } catch (Unreadable ofNobody) {
            return false;
        }
    }

    /**
     * The {@code spec} of an object about {@code subject}. A pod shows the group of its workload, and a name that may be
     * cut; the version and the whole name are told where they are certain.
     *
     * @param owner the workload's own object, {@code null} where not known
     */
    static Map<String, Object> spec(Subject subject, @Nullable Owner owner) {
        if (subject instanceof OfNamespace) {
            return Map.of("scope", "Namespace");
        }
        if (subject instanceof OfMesh) {
            return Map.of("scope", "Mesh");
        }
        OfWorkload part = (OfWorkload) subject;
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("scope", "Workload");
        spec.put("workload", workload(part.workload(), owner));
        if (part.revision() != null) {
            spec.put("revision", part.revision());
        }
        if (part.concurrency() != null) {
            spec.put("concurrency", part.concurrency());
        }
        return spec;
    }

    private static Map<String, Object> workload(WorkloadKey workload, @Nullable Owner owner) {
        Map<String, Object> named = new LinkedHashMap<>();
        if (owner != null
                && workload.equals(
                        WorkloadKey.of(workload.namespace(), owner.apiVersion(), owner.kind(), owner.name()))) {
            named.put("apiVersion", owner.apiVersion());
            named.put("kind", owner.kind());
            named.put("name", owner.name());
        } else {
            named.put("apiVersion", workload.group().isEmpty() ? "v1" : workload.group() + "/v1");
            named.put("kind", workload.kind());
            named.put("name", workload.name());
        }
        return named;
    }
}
