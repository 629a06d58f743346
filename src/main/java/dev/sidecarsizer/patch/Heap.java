package dev.sidecarsizer.patch;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.patch.ProxyPatch.ProxyFacts;
import org.jspecify.annotations.Nullable;

/**
 * What Envoy may allocate in its container, and what of it is in use all the time.
 *
 * <p>The kernel counts pages of all that the container holds, {@code fixed_heap} what Envoy has allocated; so
 *
 * <pre>budget = used + (limit − live) ÷ {@value #FRAGMENTATION}</pre>
 *
 * where {@code live} is what proxies use now, and {@code used} what Envoy has allocated of that. All terms are measured by
 * {@code bench/memory-lab}; {@code docs/overload.md} has the numbers.
 *
 * @param budget for all that Envoy allocates
 * @param used of it by what is there without any burst; no threshold may be below
 */
record Heap(Bytes budget, Bytes used) {

    /** pilot-agent's anonymous memory: measured at 10 to 18 MiB, 31 to 37 where it hands on 2,000 services. */
    static final Bytes AGENT = Bytes.mebi(24);

    /** Charged over allocated bytes, of what grows: 1.1 with full buffers, 1.3 while a configuration does. */
    static final double FRAGMENTATION = 1.3;

    /** Of what is charged at rest, what Envoy has not allocated: the agent in calm, and what a process has beside its heap. */
    static final Bytes BESIDE = Bytes.mebi(20);

    /** Charged over allocated bytes, of a configuration at rest. */
    static final double AT_REST = 1.1;

    /** The least of both that was measured: with them bytes that are charged are the most that can be allocated. */
    static final Bytes LEAST_AGENT = Bytes.mebi(10);

    static final double LEAST_FRAGMENTATION = 1.05;

    /**
     * What an Envoy in a mesh of a hundred services holds: no budget is less, and so much is in use where nothing is known of it,
     * or a share of a large budget.
     */
    static final Bytes ORDINARY = Bytes.mebi(24);

    static final double UNKNOWN = 0.25;

    /** What is in use may be so much of the budget: with less above it, calm traffic would be refused. */
    static final double MOST_USED = 0.90;

    static Heap of(Bytes limit, ProxyFacts facts) {
        Bytes live = facts.live();
        if (live == null) {
            Bytes budget = allocated(limit, AGENT, FRAGMENTATION);
            return new Heap(budget, part(budget, UNKNOWN).atLeast(ORDINARY));
        }
        Bytes charged = live.atLeast(AGENT);
        Bytes used = used(charged, facts.allocated());
        return new Heap(used.plus(allocated(limit, charged, FRAGMENTATION)), used);
    }

    /** What was told may be of another moment. */
    private static Bytes used(Bytes charged, @Nullable Bytes told) {
        return told == null
                ? allocated(charged, BESIDE, AT_REST)
                : told.atLeast(allocated(charged, AGENT, FRAGMENTATION)).atMost(most(charged));
    }

    /** The most that Envoy can have allocated where so much is charged. */
    static Bytes most(Bytes charged) {
        return allocated(charged, LEAST_AGENT, LEAST_FRAGMENTATION);
    }

    private static Bytes allocated(Bytes charged, Bytes beside, double fragmentation) {
        return new Bytes((long) (charged.minus(beside).value() / fragmentation));
    }

    /** Whether there is room in which traffic is served without being shed. */
    boolean serves() {
        return !budget.isLess(ORDINARY) && used.isLess(share(MOST_USED));
    }

    Bytes share(double share) {
        return part(budget, share);
    }

    /** What is left for bursts. */
    Bytes room() {
        return budget.minus(used);
    }

    private static Bytes part(Bytes all, double share) {
        return new Bytes((long) (all.value() * share));
    }
}
