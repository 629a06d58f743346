package dev.sidecarsizer.store;

import dev.sidecarsizer.guard.Brake;
import dev.sidecarsizer.profile.Profiles;
import dev.sidecarsizer.sizing.Policies;
import dev.sidecarsizer.sizing.Surroundings;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Listable;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One look at a cluster through its API, for whoever asks once: what is watched elsewhere is listed here, and remembered
 * in the same way. It needs to see profiles; whatever else may not be seen has no say, and that is told.
 */
public final class ClusterSnapshot {

    private static final long PAGE = 500;

    private final KubernetesClient client;
    private final Consumer<String> problem;
    private final RememberedKinds kinds;

    private ClusterSnapshot(KubernetesClient client, String ownNamespace, Consumer<String> problem) {
        this.client = client;
        this.problem = problem;
        kinds = new RememberedKinds(ownNamespace);
    }

    /**
     * Looks at all that has a say in some namespaces, at the policies and priors of the mesh, and at the brake.
     *
     * @param ownNamespace where those are
     * @param problem told of each kind that cannot be seen
     * @throws KubernetesClientException where the API server does not answer, or does not let their profiles be seen
     */
    public static ClusterSnapshot of(
            KubernetesClient client, String ownNamespace, Set<String> namespaces, Consumer<String> problem) {
        ClusterSnapshot snapshot = new ClusterSnapshot(client, ownNamespace, problem);
        for (String namespace : namespaces) {
            for (WatchedKind kind : WatchedKind.values()) {
                if (kind != WatchedKind.CONFIG_MAPS) {
                    snapshot.look(kind, namespace, kind == WatchedKind.PROFILES);
                }
            }
        }
        snapshot.look(WatchedKind.CONFIG_MAPS, ownNamespace, false);
        if (!namespaces.isEmpty() && !namespaces.contains(ownNamespace)) {
            snapshot.look(WatchedKind.PROFILES, ownNamespace, false);
            snapshot.look(WatchedKind.POLICIES, ownNamespace, false);
        }
        return snapshot;
    }

    /** The same, at policies alone. */
    public static Policies policies(
            KubernetesClient client, String ownNamespace, String namespace, Consumer<String> problem) {
        ClusterSnapshot snapshot = new ClusterSnapshot(client, ownNamespace, problem);
        for (String one : new LinkedHashSet<>(List.of(namespace, ownNamespace))) {
            snapshot.look(WatchedKind.POLICIES, one, false);
        }
        return snapshot.policies();
    }

    /**
     * The profiles of a namespace one by one, for whoever looks at more than one workload.
     *
     * @param namespace {@code null} for all
     * @throws KubernetesClientException as {@link #of}
     */
    public static List<StoredProfile> profiles(
            KubernetesClient client, String ownNamespace, @Nullable String namespace) {
        List<StoredProfile> profiles = new ArrayList<>();
        eachProfile(client, ownNamespace, namespace, profiles::add);
        return profiles;
    }

    /** The same, without holding them. */
    static void eachProfile(
            KubernetesClient client, String ownNamespace, @Nullable String namespace, Consumer<StoredProfile> into) {
        list(client, WatchedKind.PROFILES, namespace, object -> StoredProfile.of(
                        KubernetesWatch.stored(WatchedKind.PROFILES, object), ownNamespace)
                .ifPresent(into));
    }

    public Profiles profiles() {
        return kinds.profiles();
    }

    public Policies policies() {
        return kinds.policies();
    }

    public Surroundings.Source surroundings() {
        return kinds.surroundings();
    }

    /** What holds the whole installation back. */
    public Brake brake() {
        return kinds.brake().now();
    }

    private void look(WatchedKind kind, String namespace, boolean needed) {
        Consumer<GenericKubernetesResource> remember =
                object -> kinds.of(kind).remember(KubernetesWatch.stored(kind, object));
        try {
            var all = client.genericKubernetesResources(kind.context());
            switch (kind) {
                case NAMESPACES ->
                    Optional.ofNullable(all.withName(namespace).get()).ifPresent(remember);
                case CONFIG_MAPS ->
                    Optional.ofNullable(all.inNamespace(namespace)
                                    .withName(Brake.NAME)
                                    .get())
                            .ifPresent(remember);
                default -> list(client, kind, namespace, remember);
            }
        } catch (KubernetesClientException refused) {
            boolean hidden = refused.getCode() == ApiFailure.FORBIDDEN && !needed;
            if (hidden) {
                problem.accept(kind.plural() + " of " + namespace + " must not be seen, and so have no say here");
            } else if (refused.getCode() != ApiFailure.NOT_FOUND || kind != WatchedKind.VERTICAL_POD_AUTOSCALERS) {
                throw refused;
            }
        }
    }

    private static void list(
            KubernetesClient client,
            WatchedKind kind,
            @Nullable String namespace,
            Consumer<GenericKubernetesResource> each) {
        var all = client.genericKubernetesResources(kind.context());
        Listable<GenericKubernetesResourceList> asked =
                namespace == null ? all.inAnyNamespace() : all.inNamespace(namespace);
        String next = "";
        do {
            GenericKubernetesResourceList page = asked.list(new ListOptionsBuilder()
                    .withLimit(PAGE)
                    .withContinue(next.isEmpty() ? null : next)
                    .build());
            page.getItems().forEach(each);
            next = Objects.requireNonNullElse(page.getMetadata().getContinue(), "");
        } while (!next.isEmpty());
    }
}
