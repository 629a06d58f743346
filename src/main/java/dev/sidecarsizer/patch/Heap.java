package dev.sidecarsizer.patch;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.patch.ProxyPatch.KnownProxy;
import java.util.Optional;

/**
 * What Envoy may allocate in its container, and what of it is in use all the time.
 *
 * <p>The kernel counts pages of all that the container holds, {@code fixed_heap} what Envoy has allocated; so
 *
 * <pre>room = (limit − live) ÷ {@value #FRAGMENTATION}</pre>
 *
 * where {@code live} is what proxies use now, or used at their peak where none runs, and {@code used} what Envoy has allocated
 * of that. All terms are measured by {@code bench/memory-lab}; {@code docs/overload.md} has the numbers.
 *
 * @param used by what is there without any burst; no threshold may be below
 * @param room for bursts, by what the kernel mostly counts for each byte of them: thresholds are shares of it
 */
record Heap(Bytes used, Bytes room) {

    /** Charged over allocated bytes, of what grows: 1.2 with full buffers, 1.3 while a configuration does; both are medians. */
    private static final double FRAGMENTATION = 1.3;

    /** What is in use may be so much of itself and the room: with less above it, calm traffic would be refused. */
    private static final double MOST_USED = 0.90;

    /** What an Envoy in a mesh of a hundred services holds: less would soon be too small. */
    private static final Bytes LEAST = Bytes.mebi(24);

    /** pilot-agent's anonymous memory: measured at 10 to 18 MiB, 31 to 40 where it hands on 2,000 services. */
    private static final Bytes AGENT = Bytes.mebi(24);

    /** Of what is charged at rest, what Envoy has not allocated: the agent in calm, and what a process has beside its heap. */
    private static final Bytes BESIDE = Bytes.mebi(20);

    /** Charged over allocated bytes, of a configuration at rest. */
    private static final double AT_REST = 1.1;

    /** The least of both that was measured: with them bytes that are charged are the most that can be allocated. */
    private static final Bytes LEAST_AGENT = Bytes.mebi(10);

    private static final double LEAST_FRAGMENTATION = 1.05;

    /**
     * That of a proxy.
     *
     * @return empty where nothing is known of what proxies use, for thresholds could then lie below it, and where the limit
     *     leaves no room in which traffic is served
     */
    static Optional<Heap> of(Bytes limit, KnownProxy facts) {
        return facts.known()
                .map(known -> of(limit, known.atLeast(AGENT), facts))
                .filter(Heap::serves);
    }

    private static Heap of(Bytes limit, Bytes live, KnownProxy facts) {
        return new Heap(used(live, facts), allocated(limit, live, FRAGMENTATION));
    }

    /**
     * Before Istio 1.29 Envoy counts its allocator's half-used pages too. What was told may be of another moment.
     */
    private static Bytes used(Bytes live, KnownProxy facts) {
        if (facts.version().filter(known -> known.isAtLeast(1, 29)).isEmpty()) {
            return most(live);
        }
        Bytes told = facts.allocated();
        return told == null || facts.live() == null
                ? allocated(live, BESIDE, AT_REST)
                : told.atLeast(allocated(live, AGENT, FRAGMENTATION)).atMost(most(live));
    }

    /** The most that Envoy can have allocated where so much is charged. */
    static Bytes most(Bytes charged) {
        return allocated(charged, LEAST_AGENT, LEAST_FRAGMENTATION);
    }

    private static Bytes allocated(Bytes charged, Bytes beside, double fragmentation) {
        return new Bytes((long) (charged.minus(beside).value() / fragmentation));
    }

    private boolean serves() {
        return !full().isLess(LEAST) && used.isLess(mostKept());
    }

    /** What the allocator may keep at most. */
    Bytes mostKept() {
        return new Bytes((long) (full().value() * MOST_USED));
    }

    private Bytes full() {
        return used.plus(room);
    }
}
