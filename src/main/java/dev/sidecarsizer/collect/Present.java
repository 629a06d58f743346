package dev.sidecarsizer.collect;

import dev.sidecarsizer.advice.Known.Budget;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.profile.ProxyFacts;
import dev.sidecarsizer.profile.ProxyOverload;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What the proxies of one subject are, were given and use: of those that run now, else of those that ran last. */
final class Present {

    /** Whether request, limit and worker threads are those of pods that may be gone. */
    private boolean ofOthers;

    private final Set<Integer> concurrencies = new TreeSet<>();
    private ProxyFacts facts = ProxyFacts.UNKNOWN;
    private @Nullable Bytes live;
    private @Nullable Bytes request;
    private @Nullable Bytes limit;
    private @Nullable Budget budget;

    /** Takes over what was known of them. */
    void restore(ProxyFacts lasting) {
        facts = lasting;
    }

    /** Forgets what was said, before it is said anew; of pods of which none is left, what they were given stays. */
    void lookAgain() {
        live = null;
        budget = null;
        ofOthers = true;
        facts = facts.with(ProxyOverload.UNKNOWN);
    }

    /** Notes the worker threads of one of them. */
    void threads(int seen) {
        forgetOthers();
        concurrencies.add(seen);
    }

    /**
     * Takes in one of them.
     *
     * @param memory what it uses; {@code null} where that was not told
     * @param alike worker threads of those that {@code now} may stand for
     */
    void look(LivePod running, @Nullable Bytes memory, ProxyFacts now, Set<Integer> alike) {
        forgetOthers();
        if (running.request() != null) {
            request = request == null ? running.request() : running.request().atLeast(request);
        }
        if (running.limit() != null) {
            limit = limit == null ? running.limit() : running.limit().atMost(limit);
            if (running.budgetFor() != null && (budget == null || budget.fits())) {
                budget = new Budget(running.budgetFor(), running.limit());
            }
        }
        boolean largest = memory != null && (live == null || memory.isMore(live));
        facts = Facts.of(facts, running, now, largest, alike);
        if (largest) {
            live = memory;
        }
    }

    /** Of a job's pods none runs most of the time: until the next one comes the last one counts. */
    private void forgetOthers() {
        if (ofOthers) {
            ofOthers = false;
            request = null;
            limit = null;
            concurrencies.clear();
        }
    }

    Set<Integer> concurrencies() {
        return concurrencies;
    }

    ProxyFacts facts() {
        return facts;
    }

    /** Most that one of them uses. */
    @Nullable
    Bytes live() {
        return live;
    }

    /** Most that one of them asks for. */
    @Nullable
    Bytes request() {
        return request;
    }

    /** Least that one of them may use. */
    @Nullable
    Bytes limit() {
        return limit;
    }

    /** Of one with an overload manager; of one where it does not fit the limit, if there is such. */
    @Nullable
    Budget budget() {
        return budget;
    }
}
