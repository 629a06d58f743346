package dev.sidecarsizer.collect;

import dev.sidecarsizer.profile.Finding;
import dev.sidecarsizer.profile.Guarded;
import dev.sidecarsizer.profile.Learnt;
import dev.sidecarsizer.profile.Learnt.Condition;
import dev.sidecarsizer.profile.MemoryProfile.Recommendation;
import dev.sidecarsizer.profile.ProxyFacts;
import dev.sidecarsizer.profile.Running;
import dev.sidecarsizer.profile.Subject;
import dev.sidecarsizer.profile.Subject.OfNamespace;
import dev.sidecarsizer.profile.history.MeshHistory;
import dev.sidecarsizer.profile.history.Recommender;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What workloads without history get, by the namespace that they are in: what is kept of it, and what has changed. */
final class Priors {

    private static final List<Condition> CONDITIONS = List.of(new Condition(
            "Ready", true, "EnoughWorkloads", "what suffices for all workloads with history, 30 or more"));

    private final Map<OfNamespace, Optional<Recommendation>> kept = new HashMap<>();
    private final Accounts accounts;
    private final Scoring scoring;
    private final Pace pace;
    private Instant made = Instant.EPOCH;
    private List<OfNamespace> ended = List.of();

    Priors(Accounts accounts, Scoring scoring, Pace pace) {
        this.accounts = accounts;
        this.scoring = scoring;
        this.pace = pace;
    }

    /** There is one from the leader before, which may be another by now. */
    void restore(OfNamespace namespace) {
        kept.put(namespace, Optional.empty());
    }

    /**
     * Those that have changed; they count as kept, unless {@link #notKept} says otherwise. Looked at now and then, for it
     * takes a look at all accounts.
     */
    List<Learnt> changed(Instant now) {
        if (now.isBefore(made.plus(pace.betweenPriors()))) {
            return List.of();
        }
        made = now;
        Map<String, List<Recommendation>> around = new TreeMap<>();
        accounts.wholes()
                .forEach(entry -> scoring.recommended(entry.getValue(), now).ifPresent(one -> around.computeIfAbsent(
                                entry.getKey().workload().namespace(), any -> new ArrayList<>())
                        .add(one)));
        ended = kept.keySet().stream()
                .filter(namespace -> Recommender.prior(around.getOrDefault(namespace.namespace(), List.of()))
                        .isEmpty())
                .toList();
        List<Learnt> changed = new ArrayList<>();
        around.forEach((name, all) -> Recommender.prior(all).ifPresent(prior -> {
            OfNamespace namespace = new OfNamespace(name);
            if (!Optional.of(prior).equals(kept.put(namespace, Optional.of(prior)))) {
                changed.add(learnt(namespace, MeshHistory.begin(), prior));
            }
        }));
        return changed;
    }

    /** Those that too few workloads stood behind at the last look. */
    List<OfNamespace> ended() {
        return ended;
    }

    /** It could not be kept: it counts as changed the next time. */
    void notKept(OfNamespace namespace) {
        kept.put(namespace, Optional.empty());
    }

    void forget(OfNamespace namespace) {
        kept.remove(namespace);
        ended = ended.stream().filter(one -> !one.equals(namespace)).toList();
    }

    static Learnt learnt(Subject subject, MeshHistory history, @Nullable Recommendation prior) {
        return new Learnt(
                subject,
                null,
                history.encode(),
                prior,
                null,
                ProxyFacts.UNKNOWN,
                List.of(),
                Running.NONE,
                Guarded.NOT_YET,
                CONDITIONS,
                Finding.All.NONE);
    }
}
