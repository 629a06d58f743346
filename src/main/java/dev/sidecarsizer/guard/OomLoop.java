package dev.sidecarsizer.guard;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.mesh.Relief;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a running pod whose proxy the kernel killed twice within {@link #WINDOW}: it restarts inside the pod with
 * the limit that it died at, so what the next pod would get does not help this one. Nor does it help one that was found to
 * refuse traffic most of the time at two looks in a row, or all the time of one: its memory stays where its overload manager
 * refuses.
 *
 * <p>It gets what a pod would get that is created now, and only where that is more: whoever spoke before us is heard as in
 * admission, and the ceiling holds. In place first; where the node or the API cannot do that, by eviction. What the API
 * server <em>forbids</em>, a quota or a LimitRange for instance, it would forbid the successor too: such a pod is not evicted.
 */
public final class OomLoop {

    /** Kills that are further apart are not one loop; and for so long a trouble lasts that no more was seen of. */
    public static final Duration WINDOW = Duration.ofMinutes(10);

    /**
     * Looks that are further apart are not in a row: in a large mesh it takes long until a proxy is looked at again. For as
     * long a pod is left alone that nobody may help: what its proxy refuses meanwhile does not count. And for as long it is not
     * asked again for what cannot be done in place.
     */
    static final Duration LOOKS = Duration.ofHours(1);

    /** A kubelet looks at each pod about once a minute, and at one that changes at once. */
    static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Where more raises do not end it, memory is not the cure. */
    static final int MOST_TRIES = 3;

    /** Who did well for so long since it was helped is in a new trouble. */
    static final Duration CURED = Duration.ofDays(1);

    private static final int FEWEST = 2;

    private OomLoop() {}

    /**
     * What one pod went through.
     *
     * @param kills of its proxy since something helped last, oldest first, the last {@value #FEWEST} at most
     * @param refusals looks in a row that found it refusing traffic most of the time, since then, as many at most
     * @param heeds from when on what was refused counts
     * @param tries how often more memory was asked for, until it helped and a day went well
     * @param asked what the kubelet has not carried out yet; {@code null} where there is nothing
     * @param impossible that it cannot be resized in place; {@code null} where nothing says so
     */
    public record Course(
            List<Instant> kills,
            List<Instant> refusals,
            Instant heeds,
            int tries,
            @Nullable Asked asked,
            @Nullable Impossible impossible) {

        public static final Course BEGIN = new Course(List.of(), List.of(), Instant.EPOCH, 0, null, null);

        /** With a kill more, by a clock that may be wrong. */
        public Course killed(Instant at, Instant now) {
            List<Instant> all = last(kills, at.isAfter(now) ? now : at);
            return new Course(all, refusals, heeds, tries(now), asked, impossible(now));
        }

        /** A look found it refusing traffic most of the time from {@code since} to {@code at}; it may be told again. */
        public Course refused(Instant since, Instant at) {
            return since.isBefore(heeds)
                    ? this
                    : new Course(kills, last(refusals, at), heeds, tries(at), asked, impossible(at));
        }

        /** It refused all traffic in that time, so at both ends of it. */
        public Course refusedAll(Instant since, Instant at) {
            return refused(since, since).refused(since, at);
        }

        /** A look found it serving most of the time. */
        public Course served() {
            return new Course(kills, List.of(), heeds, tries, asked, impossible);
        }

        /** The API server took {@code to} for the pod's proxy. */
        public Course asked(Memory to, Instant now) {
            return new Course(kills, refusals, heeds, tries + 1, new Asked(to, now), null);
        }

        /** In place it cannot be done now: that holds for {@link #LOOKS}, since a kubelet may only have been away. */
        public Course impossible(String why, Instant now) {
            return new Course(kills, refusals, heeds, tries, null, new Impossible(why, now));
        }

        private int tries(Instant now) {
            Instant last = Stream.of(List.of(heeds), kills, refusals)
                    .flatMap(List::stream)
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
            boolean helped = heeds.isAfter(Instant.EPOCH);
            return helped && now.isAfter(last.plus(CURED)) ? 0 : tries;
        }

        private @Nullable Impossible impossible(Instant now) {
            return impossible != null && now.isBefore(impossible.at().plus(LOOKS)) ? impossible : null;
        }

        /** It has more: only a new trouble begins anew. */
        public Course helped(Instant now) {
            return new Course(List.of(), List.of(), now, tries, null, impossible);
        }

        /** Nobody may help: a new trouble begins anew, and what is refused after a while. */
        public Course over(Instant now) {
            return helped(now.plus(LOOKS));
        }

        /** What it is in, by what was seen just now; the worst first. */
        public Optional<Trouble> trouble(Instant now) {
            if (isRow(kills, WINDOW, now)) {
                return Optional.of(Trouble.KILLED);
            }
            return isRow(refusals, LOOKS, now) ? Optional.of(Trouble.REFUSES) : Optional.empty();
        }

        private static List<Instant> last(List<Instant> known, Instant next) {
            List<Instant> all = Stream.concat(known.stream(), Stream.of(next))
                    .distinct()
                    .sorted()
                    .toList();
            return all.subList(Math.max(0, all.size() - FEWEST), all.size());
        }

        private static boolean isRow(List<Instant> seen, Duration apart, Instant now) {
            return seen.size() == FEWEST
                    && !seen.getLast().isAfter(seen.getFirst().plus(apart))
                    && now.isBefore(seen.getLast().plus(WINDOW));
        }
    }

    /** Why the running pod needs more. */
    public enum Trouble {
        /** The kernel kills its proxy again and again. */
        KILLED,
        /** Its proxy refuses new connections most of the time. */
        REFUSES
    }

    /** A resize that was asked for. */
    public record Asked(Memory to, Instant at) {}

    /** What a resize in place failed by. */
    public record Impossible(String why, Instant at) {}

    /**
     * What would become of the pod if it were created now.
     *
     * @param mode how far we might go with it
     * @param gets what its proxy would get by our own decision; {@code null} where it would be kept as it came, or its owner
     *     has spoken
     * @param reason the decision's word
     * @param relief how far its policy lets us go
     */
    public record Prospect(Mode mode, @Nullable Memory gets, String reason, Relief relief) {}

    /** What came of a trouble, each time that something did. */
    public enum Outcome {
        /** A pod is in one. */
        FOUND,
        /** The API server took a resize. */
        ASKED,
        /** The kubelet carried it out. */
        RESIZED,
        /** It was refused, or not carried out. */
        REFUSED,
        /** The pod was evicted. */
        EVICTED,
        /** A disruption budget did not allow that now. */
        BLOCKED,
        /** There were enough actions within the last minute: it waits. */
        LIMITED,
        /** The API server did not answer. */
        FAILED
    }

    /** What to do next. */
    public sealed interface Step {

        /** Nothing, but to tell. */
        record Leave(String why) implements Step {}

        /** Ask for that memory in place. */
        record Resize(Memory to) implements Step {}

        /** Have another pod made in its place. */
        record Evict(String why) implements Step {}
    }

    /**
     * The next step for a pod that is in trouble.
     *
     * @param now what its proxy has
     * @param replaced whether a controller makes another pod where this one is evicted
     */
    public static Step next(Course course, Prospect prospect, Memory now, boolean replaced) {
        Memory gets = prospect.gets();
        if (prospect.mode() != Mode.ENFORCE) {
            return new Step.Leave("the mode here is " + prospect.mode());
        }
        if (gets == null) {
            return new Step.Leave("a new pod would be decided " + prospect.reason());
        }
        Optional<Memory> more = more(gets, now);
        if (more.isEmpty()) {
            return new Step.Leave("a new pod would get no more: " + gets);
        }
        if (prospect.relief() == Relief.TELL) {
            return new Step.Leave("its policy says oomLoop: tell");
        }
        if (course.impossible() != null) {
            return evict(course.impossible().why(), prospect.relief(), replaced);
        }
        return course.tries() < MOST_TRIES
                ? new Step.Resize(more.get())
                : new Step.Leave("it was given more memory " + MOST_TRIES + " times already: find the cause");
    }

    private static Step evict(String why, Relief relief, boolean replaced) {
        if (relief != Relief.EVICT) {
            return new Step.Leave(why + "; its policy says oomLoop: " + relief);
        }
        return replaced ? new Step.Evict(why) : new Step.Leave(why + "; no controller would make another in its place");
    }

    /**
     * What a pod that has {@code now} can be given, where its next one gets {@code gets}; empty where that is no more. A
     * request is not lowered: what the node reserved is in use. It stays below the limit, so the QoS class stays.
     */
    public static Optional<Memory> more(@Nullable Memory gets, Memory now) {
        if (gets == null
                || gets.limit() == null
                || now.limit() == null
                || !gets.limit().isMore(now.limit())) {
            return Optional.empty();
        }
        Bytes request = gets.request();
        return Optional.of(new Memory(
                request == null || now.request() == null ? request : request.atLeast(now.request()), gets.limit()));
    }
}
