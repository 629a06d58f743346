package dev.sidecarsizer.collect;

import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Subject;
import dev.sidecarsizer.profile.Subject.OfNamespace;
import dev.sidecarsizer.profile.Subject.OfWorkload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What is to be forgotten, looked for now and then. */
final class Forgetting {

    private static final Duration AFTER_NAMESPACE = Duration.ofDays(2);

    /** The one that runs, and those that it may be rolled back to. */
    private static final int MOST_REVISIONS = 3;

    private final Accounts accounts;
    private final Priors priors;
    private final Pace pace;
    private Instant sought = Instant.EPOCH;

    Forgetting(Accounts accounts, Priors priors, Pace pace) {
        this.accounts = accounts;
        this.priors = priors;
        this.pace = pace;
    }

    /**
     * Workloads that have not been seen for so long that they will not come back, and parts of others; none that has pods,
     * which a source may be at fault not to show. And priors of namespaces that have too few workloads by now. No more at once
     * than are kept in about a second.
     *
     * @param live asked only where there may be something to forget
     * @param gone which namespaces there are no more: their last windows are read later, and nothing else
     */
    List<Subject> due(Instant now, Supplier<List<LivePod>> live, Predicate<String> gone) {
        if (now.isBefore(sought.plus(pace.betweenPriors()))) {
            return List.of();
        }
        List<Subject> due = new ArrayList<>(priors.ended());
        List<OfWorkload> outlived = outlived(now, gone);
        if (!outlived.isEmpty()) {
            Set<OfWorkload> living = accounts.named(live.get().stream()).collect(Collectors.toSet());
            outlived.stream().filter(subject -> !living.contains(subject)).forEach(due::add);
        }
        if (due.size() > pace.writesPerSecond()) {
            return due.subList(0, pace.writesPerSecond());
        }
        sought = now;
        return due;
    }

    /** Those that were silent for long, and of a workload's revisions all but the last few. */
    private List<OfWorkload> outlived(Instant now, Predicate<String> gone) {
        Instant before = now.minus(pace.forgetAfter());
        Instant beforeGone = now.minus(AFTER_NAMESPACE);
        Map<WorkloadKey, List<OfWorkload>> revisions = new HashMap<>();
        List<OfWorkload> outlived = new ArrayList<>();
        accounts.all().forEach(entry -> {
            OfWorkload subject = entry.getKey();
            Instant heard = entry.getValue().heard();
            if (heard.equals(Instant.EPOCH)) {
                return;
            }
            boolean isGone =
                    heard.isBefore(beforeGone) && gone.test(subject.workload().namespace());
            if (isGone || heard.isBefore(before)) {
                outlived.add(subject);
            } else if (subject.revision() != null) {
                revisions
                        .computeIfAbsent(subject.workload(), any -> new ArrayList<>())
                        .add(subject);
            }
        });
        revisions.values().forEach(all -> all.stream()
                .sorted(Comparator.comparing(
                                (OfWorkload one) -> accounts.get(one).heard())
                        .reversed())
                .skip(MOST_REVISIONS)
                .forEach(outlived::add));
        return outlived;
    }

    /** Something cannot be forgotten now: it is looked for again later. */
    void failed(Instant now) {
        sought = now;
    }

    void forget(Subject subject) {
        if (subject instanceof OfWorkload workload) {
            accounts.remove(workload);
        } else if (subject instanceof OfNamespace namespace) {
            priors.forget(namespace);
        }
    }
}
