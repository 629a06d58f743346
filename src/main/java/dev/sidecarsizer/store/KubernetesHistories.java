package dev.sidecarsizer.store;

import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Finding;
import dev.sidecarsizer.profile.Histories;
import dev.sidecarsizer.profile.Learnt;
import dev.sidecarsizer.profile.Learnt.Owner;
import dev.sidecarsizer.profile.Subject;
import dev.sidecarsizer.profile.Subject.OfWorkload;
import dev.sidecarsizer.store.Typed.Unreadable;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps histories as {@code SidecarHistory} objects, and shows what they say in {@code SidecarProfile}s.
 *
 * <p>The history is written first: a leader that dies in between has lost nothing, and the next one shows it. Both are
 * applied server-side as a whole, so that a write whose answer was lost can be repeated. What was written last is not
 * written again; so workloads where nothing happens cost the API server nothing. One whose profile somebody deleted has it
 * again when it is next written.
 *
 * <p>Histories have no owner in the cluster: they outlive the workload until they are forgotten.
 */
final class KubernetesHistories implements Histories {

    private static final Logger LOG = LoggerFactory.getLogger(KubernetesHistories.class);
    private static final long PAGE = 500;
    private static final Duration BETWEEN_TWO = Duration.ofMinutes(10);

    private final KubernetesClient client;
    private final InstantSource clock;
    private final About about;
    private final Applied applied;
    private final LearntProfiles profiles;
    private final WorkloadEvents events;
    private final Faults faults = new Faults(SidecarHistory.KIND);
    private final Map<Subject, String> written = new ConcurrentHashMap<>();
    private final Map<Subject, ToldDays> told = new ConcurrentHashMap<>();

    /**
     * @param known the profiles that there are, under whatever name
     * @param ownNamespace where the mesh's are
     * @param net told where a workload needs more than it was given last; {@code null} where there is none
     */
    KubernetesHistories(
            KubernetesClient client,
            RememberedProfiles known,
            String ownNamespace,
            InstantSource clock,
            @Nullable SafetyNet net) {
        this.client = client;
        this.clock = clock;
        about = new About(ownNamespace);
        applied = new Applied(client);
        profiles = new LearntProfiles(applied, about, known, clock, net);
        events = new WorkloadEvents(client, clock);
    }

    /** What is kept, and what the leader notes of it. */
    private record Found(Subject subject, String data, @Nullable String trial, ToldDays told) {}

    @Override
    public void read(Kept into) {
        each(object -> {
            String path = object.getMetadata().getNamespace() + "/"
                    + object.getMetadata().getName();
            try {
                Found found = found(object);
                faults.note(path, null);
                if (!found.told().isEmpty()) {
                    told.put(found.subject(), found.told());
                }
                into.take(found.subject(), found.data(), found.trial());
            } catch (Unreadable unreadable) {
                faults.note(path, unreadable.getMessage());
            }
        });
    }

    /** The same for whoever only looks: nothing is noted of it, and what cannot be read is left out. */
    void look(BiConsumer<Subject, String> into) {
        each(object -> {
            try {
                Found found = found(object);
                into.accept(found.subject(), found.data());
            } catch (Unreadable unreadable) {
                LOG.debug("a history is left out: {}", unreadable.getMessage());
            }
        });
    }

    private void each(Consumer<GenericKubernetesResource> into) {
        @Nullable String next = null;
        do {
            GenericKubernetesResourceList page = client.genericKubernetesResources(Applied.HISTORIES)
                    .inAnyNamespace()
                    .list(new ListOptionsBuilder()
                            .withLimit(PAGE)
                            .withContinue(next)
                            .build());
            page.getItems().forEach(into);
            next = page.getMetadata().getContinue();
        } while (next != null && !next.isEmpty());
    }

    @Override
    public void readFacts(Shown into) {
        ClusterSnapshot.eachProfile(
                client,
                about.ownNamespace(),
                null,
                profile -> into.take(
                        profile.subject(),
                        profile.lastingFacts(),
                        profile.autoscalers(),
                        profile.profile().rollout(),
                        profile.leftAlone()));
    }

    private Found found(GenericKubernetesResource object) throws Unreadable {
        Subject subject = about.read(object);
        String name = ProfileName.hashed(subject);
        if (!name.equals(object.getMetadata().getName())) {
            throw new Unreadable("metadata.name: must be " + name + " for what it is of; delete this copy");
        }
        if (!(object.get("data") instanceof String data) || data.isEmpty()) {
            throw new Unreadable("data: is missing; delete the history to begin anew");
        }
        return new Found(
                subject,
                data,
                object.get("trial") instanceof String trial ? trial : null,
                ToldDays.of(object.getMetadata().getAnnotations()));
    }

    @Override
    public void write(Learnt learnt) {
        String digest = digest(learnt);
        if (digest.equals(written.get(learnt.subject())) && profiles.isThere(learnt.subject())) {
            return;
        }
        try {
            applied.apply(Applied.HISTORIES, history(learnt));
            tell(learnt, profiles.write(learnt));
        } catch (KubernetesClientException failed) {
            throw ApiFailure.of(failed);
        }
        written.put(learnt.subject(), digest);
    }

    /** The profile first: whoever dies in between finds the history, and forgets once more. */
    @Override
    public void forget(Subject subject) {
        try {
            profiles.forget(subject);
            applied.delete(Applied.HISTORIES, about.namespaceOf(subject), ProfileName.hashed(subject));
        } catch (KubernetesClientException failed) {
            throw ApiFailure.of(failed);
        }
        written.remove(subject);
        told.remove(subject);
    }

    @Override
    public void tell(WorkloadKey workload, Learnt.Owner owner, String reason, String message) {
        events.tell(workload.namespace(), owner, reason, message, BETWEEN_TWO);
    }

    /**
     * Findings of a part of a workload are in those of the whole. When each was told is noted in the history, for the next
     * leader: it may have been told for nothing, but never twice a day.
     */
    private void tell(Learnt learnt, List<Finding> fresh) {
        Owner owner = learnt.owner();
        if (owner == null
                || !(learnt.subject() instanceof OfWorkload part)
                || !part.equals(OfWorkload.whole(part.workload()))) {
            return;
        }
        ToldDays before = told.getOrDefault(part, ToldDays.NONE);
        Instant now = clock.instant();
        List<Finding> due = fresh.stream()
                .filter(Finding::event)
                .filter(finding -> before.isOver(finding.kind(), now))
                .toList();
        if (due.isEmpty()) {
            return;
        }
        told.put(part, before.with(due.stream().map(Finding::kind).toList(), now));
        applied.apply(Applied.HISTORIES, history(learnt));
        due.forEach(finding ->
                events.tell(part.workload().namespace(), owner, finding.kind(), finding.message(), Duration.ZERO));
    }

    private GenericKubernetesResource history(Learnt learnt) {
        Subject subject = learnt.subject();
        GenericKubernetesResource history = Applied.object(
                Applied.HISTORIES, SidecarHistory.KIND, about.namespaceOf(subject), ProfileName.hashed(subject));
        ToldDays days = told.getOrDefault(subject, ToldDays.NONE);
        if (!days.isEmpty()) {
            history.getMetadata().setAnnotations(days.annotations());
        }
        history.setAdditionalProperty("spec", About.spec(subject, learnt.owner()));
        if (learnt.measured() != null && learnt.measured().lastSample() != null) {
            history.setAdditionalProperty(
                    "through", ProfileStatus.time(learnt.measured().lastSample()));
        }
        history.setAdditionalProperty("data", learnt.history());
        if (learnt.guarded().trial() != null) {
            history.setAdditionalProperty("trial", learnt.guarded().trial());
        }
        return history;
    }

    /** In place of the whole, which at 10,000 workloads would be most of a leader's memory. */
    private static String digest(Learnt learnt) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(learnt.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}
