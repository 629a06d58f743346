package dev.sidecarsizer.collect;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Which namespaces are learnt from: those whose windows were read from the beginning, and, once their past has been read
 * too, those that opted in later.
 */
final class Namespaces {

    private final Predicate<String> optedIn;
    private final Set<String> known = new TreeSet<>();

    /** The one that failed last comes last. */
    private final Set<String> newcomers = new LinkedHashSet<>();

    /** Those of which windows were passed over while all others were read from the beginning. */
    private final Set<String> leftOut = new TreeSet<>();

    private boolean oneByOne;

    /**
     * @param optedIn asked each time
     * @param known those that a leader before has learnt from
     */
    Namespaces(Predicate<String> optedIn, Set<String> known) {
        this.optedIn = optedIn;
        this.known.addAll(known);
    }

    /**
     * Notes one that has pods, or had.
     *
     * @param first whether all is read from the beginning
     */
    void meet(String namespace, boolean first) {
        if (!optedIn.test(namespace)) {
            if (first) {
                leftOut.add(namespace);
            }
        } else if (first && !leftOut.contains(namespace)) {
            known.add(namespace);
        } else if (!known.contains(namespace)) {
            newcomers.add(namespace);
        }
    }

    /** Those that are learnt from. */
    Set<String> known() {
        return known;
    }

    /** One that opts in again has a past to be read then. */
    void dropWhatOptedOut() {
        known.removeIf(optedIn.negate());
        newcomers.removeIf(optedIn.negate().or(known::contains));
        leftOut.clear();
    }

    /** Whose past is to be read next: of all newcomers together, or, once that failed, of one after the other. */
    Set<String> newcomers() {
        oneByOne &= !newcomers.isEmpty();
        return oneByOne ? Set.of(newcomers.iterator().next()) : Set.copyOf(newcomers);
    }

    /** They are learnt from now on. */
    void pastIsRead(Set<String> some) {
        known.addAll(some);
        newcomers.removeAll(some);
    }

    /** It is tried again when all others had their turn. */
    void pastFailed(Set<String> some) {
        oneByOne = true;
        newcomers.removeAll(some);
        newcomers.addAll(some);
    }
}
