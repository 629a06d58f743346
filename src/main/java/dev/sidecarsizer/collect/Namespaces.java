package dev.sidecarsizer.collect;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Which namespaces are learnt from: those whose windows were read from the beginning, and, once their past has been read
 * too, those that opted in later.
 */
final class Namespaces {

    private static final Duration LONGEST_REST = Duration.ofHours(1);

    private final Predicate<String> optedIn;
    private final Duration firstRest;
    private final Set<String> known = new TreeSet<>();

    /** The one that failed last comes last. */
    private final Set<String> newcomers = new LinkedHashSet<>();

    /** Those of which windows were passed over while all others were read from the beginning. */
    private final Set<String> leftOut = new TreeSet<>();

    private final Map<String, Rest> rests = new HashMap<>();
    private boolean oneByOne;

    /**
     * @param optedIn asked each time
     * @param known those that a leader before has learnt from
     * @param firstRest how long one is left alone whose past could not be read; twice as long each time, up to an hour
     */
    Namespaces(Predicate<String> optedIn, Set<String> known, Duration firstRest) {
        this.optedIn = optedIn;
        this.firstRest = firstRest;
        this.known.addAll(known);
    }

    /** Fourteen days of a large namespace are much to ask for in vain each minute. */
    private record Rest(Duration length, Instant until) {}

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
        rests.keySet().retainAll(newcomers);
        leftOut.clear();
    }

    /** Whose past is to be read next: of all newcomers together, or, once that failed, of one after the other. */
    Set<String> newcomers(Instant now) {
        oneByOne = oneByOne && !newcomers.isEmpty();
        return oneByOne
                ? newcomers.stream()
                        .filter(one -> !rests.containsKey(one)
                                || !rests.get(one).until().isAfter(now))
                        .limit(1)
                        .collect(Collectors.toSet())
                : Set.copyOf(newcomers);
    }

    /** They are learnt from now on. */
    void pastIsRead(Set<String> some) {
        known.addAll(some);
        newcomers.removeAll(some);
    }

    /** It is tried again when all others had their turn, and some time has passed. */
    void pastFailed(Set<String> some, Instant now) {
        oneByOne = true;
        newcomers.removeAll(some);
        newcomers.addAll(some);
        if (some.size() == 1) {
            some.forEach(one -> rests.merge(one, rest(firstRest, now), (last, first) -> rest(twice(last), now)));
        }
    }

    private static Rest rest(Duration length, Instant now) {
        return new Rest(length, now.plus(length));
    }

    private static Duration twice(Rest rest) {
        Duration twice = rest.length().multipliedBy(2);
        return twice.compareTo(LONGEST_REST) > 0 ? LONGEST_REST : twice;
    }
}
