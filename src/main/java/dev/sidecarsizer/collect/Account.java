package dev.sidecarsizer.collect;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.profile.Learnt.Owner;
import dev.sidecarsizer.profile.ProxyFacts;
import dev.sidecarsizer.profile.history.History;
import dev.sidecarsizer.profile.history.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What the leader holds of one subject during its term: the history, and what only the present tells. */
final class Account {

    /** Those first that the next pod may wait for, then those that were kept the longest ago. */
    static final Comparator<Account> MOST_URGENT =
            Comparator.<Account, Boolean>comparing(account -> !account.urgent).thenComparing(account -> account.kept);

    private static final int MOST_CONTROLLERS = 8;
    private static final int MOST_DOUBLINGS = 8;

    final History history;

    /** Worker threads of the proxies that run now. */
    final Set<Integer> concurrencies = new TreeSet<>();

    Target target;
    ProxyFacts facts = ProxyFacts.UNKNOWN;

    @Nullable
    Bytes live;

    /** One of the pods that run now, or the last that did. */
    @Nullable
    LivePod pod;

    private final Set<String> controllers = new LinkedHashSet<>();

    @Nullable
    private Owner owner;

    private boolean ownerInDoubt;

    private Instant kept = Instant.EPOCH;
    private Instant keptThrough;
    private Instant keepingThrough;
    private boolean changed;
    private boolean stale;
    private boolean urgent;
    private int failures;
    private Instant notBefore = Instant.EPOCH;

    /**
     * @param history as it was kept, or a new one
     * @param target until a pod says by its labels which policy is its
     */
    Account(History history, Target target) {
        this.history = history;
        this.target = target;
        keptThrough = history.through();
        keepingThrough = keptThrough;
    }

    /**
     * Notes a pod that runs. One whose controller is new may belong to a workload that was deleted and made again, or to
     * the same after a rollout. The first tells whose a profile is that was learnt of pods that are gone.
     */
    void seen(LivePod running) {
        boolean first = pod == null;
        pod = running;
        if (running.controller() != null && controllers.add(running.controller().uid())) {
            ownerInDoubt = !first;
            changed |= first && history.through().isAfter(Instant.EPOCH);
            if (controllers.size() > MOST_CONTROLLERS) {
                controllers.remove(controllers.iterator().next());
            }
        }
    }

    /** Whether it must be asked which object the workload is. */
    boolean isOwnerInDoubt() {
        return ownerInDoubt;
    }

    /** Notes which object the workload is; one made again has no profile yet, and needs it for its next pod. */
    void owner(@Nullable Owner now) {
        ownerInDoubt = false;
        if (now == null) {
            return;
        }
        if (owner != null && !owner.uid().equals(now.uid())) {
            hurry();
        }
        owner = now;
    }

    @Nullable
    Owner owner() {
        return owner;
    }

    /** Forgets what was said of the present, before it is said anew. */
    void endOfPresent() {
        live = null;
        concurrencies.clear();
    }

    /** Takes in what one of the pods uses this moment. */
    void present(LivePod running, @Nullable Bytes memory, ProxyFacts now, Set<Integer> alike) {
        boolean largest = memory != null && (live == null || memory.isMore(live));
        facts = Facts.of(facts, running, now, largest, alike);
        if (largest) {
            live = memory;
        }
    }

    /** Whether the last window in it is too long ago; without any there is nothing to go stale. */
    boolean isStale(Instant now, Duration after) {
        return history.through().isAfter(Instant.EPOCH) && history.through().isBefore(now.minus(after));
    }

    /** Where it has become stale, or fresh again, the profile is to say so, once. */
    void look(Instant now, Duration staleAfter) {
        if (stale != isStale(now, staleAfter)) {
            stale = !stale;
            change();
        }
    }

    void change() {
        changed = true;
    }

    /** The next pod must not be made without knowing. */
    void hurry() {
        changed = true;
        urgent = true;
    }

    /** @param first whether it may be kept for the first time */
    boolean isDue(Instant now, Duration interval, boolean first) {
        return changed
                && !now.isBefore(notBefore)
                && (urgent
                        || failures > 0
                        || ((first || kept.isAfter(Instant.EPOCH)) && !now.isBefore(kept.plus(interval))));
    }

    /** End of the last window that need not be read again if this leader dies now. */
    Instant safeThrough(Instant read) {
        return history.through().isAfter(keptThrough) ? keptThrough : read;
    }

    /** It is about to be kept as it is; a window that comes meanwhile is not in what is kept. */
    void keeping(Instant now) {
        changed = false;
        urgent = false;
        kept = now;
        keepingThrough = history.through();
    }

    /** It was kept, as it was when that began. */
    void kept() {
        keptThrough = keepingThrough;
        failures = 0;
    }

    /** It could not be kept; the wait doubles up to {@code interval}. */
    void notKept(Instant now, Duration interval) {
        changed = true;
        failures = Math.min(failures + 1, MOST_DOUBLINGS);
        notBefore = now.plus(interval.dividedBy(1L << (MOST_DOUBLINGS - failures)));
    }
}
