package dev.sidecarsizer.collect;

import dev.sidecarsizer.advice.SidecarResource;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Subject.OfWorkload;
import dev.sidecarsizer.profile.history.History;
import dev.sidecarsizer.profile.history.Target;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which accounts there are, and for which of them a pod counts.
 *
 * <p>Besides a workload as a whole, a part of it has an account of its own where there is something to tell apart: each
 * pod template and image from the second on, each number of worker threads where they differ.
 */
final class Accounts {

    /** Of pods that are gone the last window comes later. */
    private static final int MOST_COUNTED = 50_000;

    private final Map<OfWorkload, Account> accounts = new LinkedHashMap<>();
    private final Map<PodName, Integer> counted = LastUsed.of(MOST_COUNTED);
    private final Function<LivePod, Target> targets;

    /**
     * @param targets what the policy of a pod aims at
     */
    Accounts(Function<LivePod, Target> targets) {
        this.targets = targets;
    }

    /** Whether no other pod will have the name that it would be learnt under: accounts of such would fill etcd. */
    static boolean isAlone(PodName pod, WorkloadKey workload) {
        return workload.kind().equals("Pod") && workload.name().equals(pod.name());
    }

    static boolean isAlone(LivePod pod) {
        return isAlone(pod.name(), pod.workload());
    }

    static boolean isWhole(OfWorkload subject) {
        return subject.revision() == null && subject.concurrency() == null;
    }

    /** That account, a new one where there is none. */
    Account get(OfWorkload subject) {
        return accounts.computeIfAbsent(subject, any -> Account.begin(new History()));
    }

    boolean has(OfWorkload subject) {
        return accounts.containsKey(subject);
    }

    void put(OfWorkload subject, Account account) {
        accounts.put(subject, account);
    }

    void remove(OfWorkload subject) {
        accounts.remove(subject);
    }

    int size() {
        return accounts.size();
    }

    Stream<Map.Entry<OfWorkload, Account>> all() {
        return accounts.entrySet().stream();
    }

    /** Those of workloads as wholes. */
    Stream<Map.Entry<OfWorkload, Account>> wholes() {
        return all().filter(entry -> isWhole(entry.getKey()));
    }

    /** Forgets those that are not worth keeping. */
    void dropVain(Instant now) {
        accounts.values().removeIf(account -> account.isVain(now));
    }

    /**
     * Notes how many worker threads proxies have that were not told a number: they count the node's cores.
     *
     * @param pods all that run now
     */
    void count(List<LivePod> pods, Function<PodName, @Nullable Integer> threads) {
        accounts.values().forEach(Account::lookAgain);
        for (LivePod pod : pods) {
            Integer told = pod.concurrency();
            Integer seen = told != null ? told : threads.apply(pod.name());
            if (told == null && seen != null) {
                counted.put(pod.name(), seen);
            }
            if (seen != null) {
                get(OfWorkload.whole(pod.workload())).present.threads(seen);
            }
        }
    }

    /**
     * The accounts that a pod counts for.
     *
     * @param since from when on it is spoken of; what was before the pod, under the same name, says nothing of its parts
     */
    List<OfWorkload> of(LivePod pod, Instant since) {
        List<OfWorkload> subjects = new ArrayList<>();
        OfWorkload whole = OfWorkload.whole(pod.workload());
        Account account = get(whole);
        account.seen(pod);
        account.history.aimFor(targets.apply(pod));
        account.history.made(pod.revision(), pod.image());
        subjects.add(whole);
        if (pod.mayHaveBeenAnother(since)) {
            return subjects;
        }
        revision(pod, account).ifPresent(subjects::add);
        Integer threads = threads(pod);
        if (threads != null) {
            OfWorkload alike = new OfWorkload(pod.workload(), null, threads);
            // once told apart it is heard before the whole, and must not stand still
            if (account.present.concurrencies().size() > 1 || has(alike)) {
                subjects.add(alike);
            }
        }
        for (OfWorkload part : subjects.subList(1, subjects.size())) {
            get(part).seen(pod);
            get(part).history.aimFor(account.history.target());
        }
        return subjects;
    }

    /** Labels that select the pods of its workload, and as far as is known no other's; none where there are no such. */
    Map<String, String> selector(LivePod pod) {
        Map<String, String> selector = SidecarResource.selector(pod.labels());
        boolean shared = wholes().flatMap(entry -> Stream.ofNullable(entry.getValue().pod))
                .anyMatch(other -> !other.workload().equals(pod.workload())
                        && other.name().namespace().equals(pod.name().namespace())
                        && other.labels().entrySet().containsAll(selector.entrySet()));
        return shared ? Map.of() : selector;
    }

    private Optional<OfWorkload> revision(LivePod pod, Account whole) {
        if (whole.history.makes() < 2 || pod.revision() == null) {
            return Optional.empty();
        }
        OfWorkload revision = new OfWorkload(pod.workload(), pod.revision(), null);
        History history = get(revision).history;
        if (history.made(pod.revision(), pod.image()) && history.makes() > 1) {
            // the same pod template with another proxy in it: what was seen of the one before says nothing of this one
            history = history.anew();
            put(revision, Account.begin(history));
        }
        return history.madeLast(pod.revision(), pod.image()) ? Optional.of(revision) : Optional.empty();
    }

    private @Nullable Integer threads(LivePod pod) {
        return pod.concurrency() != null ? pod.concurrency() : counted.get(pod.name());
    }

    /** The whole and the parts that these pods make. */
    Stream<OfWorkload> named(Stream<LivePod> pods) {
        return pods.flatMap(pod -> {
            OfWorkload whole = OfWorkload.whole(pod.workload());
            OfWorkload revision = new OfWorkload(pod.workload(), pod.revision(), null);
            return Stream.of(whole, revision, new OfWorkload(pod.workload(), null, threads(pod)));
        });
    }
}
