package dev.sidecarsizer.audit.whatif;

import dev.sidecarsizer.profile.Subject;
import dev.sidecarsizer.profile.history.History;
import dev.sidecarsizer.profile.history.HistoryFault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers what other terms would have cost. It is worked out on one thread, which rests as long as it works, one question
 * after the other; of those that wait the last asked is next, since whoever moves a slider asks for each place on the way.
 */
public final class WhatIf implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WhatIf.class);

    /** Histories get a day more each day, and each is read from the API server. */
    private static final Duration FRESH = Duration.ofMinutes(15);

    /** What stood in the way may be gone. */
    private static final Duration REFUSED = Duration.ofSeconds(30);

    private static final int MOST_KEPT = 16;

    private final Archive archive;
    private final Map<Asked, Known> known = new LinkedHashMap<>();
    private @Nullable Asked next;
    private @Nullable Asked current;
    private @Nullable Thread worker;
    private double share;

    // the worker's own
    private List<Past> pasts = List.of();
    private long pastsRead;

    public WhatIf(Archive archive) {
        this.archive = archive;
    }

    private record Known(State state, long since) {

        boolean isFresh() {
            Duration kept = state instanceof State.Impossible ? REFUSED : FRESH;
            return System.nanoTime() - since < kept.toNanos();
        }
    }

    /** How far an answer is. */
    public sealed interface State {

        /** It is there. */
        record Done(Outcome outcome) implements State {}

        /**
         * It is being worked out.
         *
         * @param share of the work that is done
         */
        record Working(double share) implements State {}

        /**
         * It cannot be told yet.
         *
         * @param days that histories reach back
         */
        record Learning(int days) implements State {

            /** How many days it takes: some to learn from, and others to judge by. */
            public static final int FEWEST_DAYS = Replayed.FEWEST_DAYS;
        }

        /** It cannot be told. */
        record Impossible(String why) implements State {}
    }

    /** What is known of an answer now; where nothing is, it is begun. */
    public synchronized State ask(Asked asked) {
        Known before = known.get(asked);
        if (before != null && before.isFresh()) {
            return before.state();
        }
        if (asked.equals(current)) {
            return new State.Working(share);
        }
        next = asked;
        if (worker == null) {
            worker = Thread.ofPlatform().name("audit-what-if").daemon().unstarted(this::work);
            worker.setContextClassLoader(WhatIf.class.getClassLoader());
            worker.start();
        }
        return new State.Working(0);
    }

    @Override
    public synchronized void close() {
        next = null;
        if (worker != null) {
            worker.interrupt();
        }
    }

    private void work() {
        try {
            answerAll();
        } finally {
            rest();
        }
    }

    /** Whatever ended this worker, the next question begins another. */
    private synchronized void rest() {
        if (worker == Thread.currentThread()) {
            worker = null;
            current = null;
        }
    }

    private void answerAll() {
        for (Asked asked = take(); asked != null; asked = take()) {
            State state;
            try {
                state = answer(asked);
            } catch (Interrupted closing) {
                return;
            } catch (RuntimeException failed) {
                LOG.warn("what-if cannot be told", failed);
                state = new State.Impossible(
                        "The histories cannot be read: the log of this replica says why. Try again in a minute.");
            }
            keep(asked, state);
        }
    }

    private synchronized @Nullable Asked take() {
        current = next;
        next = null;
        share = 0;
        if (current == null) {
            worker = null;
        }
        return current;
    }

    private synchronized void keep(Asked asked, State state) {
        known.remove(asked);
        known.put(asked, new Known(state, System.nanoTime()));
        while (known.size() > MOST_KEPT) {
            known.remove(known.keySet().iterator().next());
        }
    }

    private synchronized void progress(double done) {
        share = done;
    }

    private State answer(Asked asked) {
        List<Past> all = pasts();
        int days = Replayed.days(all);
        if (days < Replayed.FEWEST_DAYS) {
            return new State.Learning(days);
        }
        return new State.Done(new Replayed(all).at(asked, this::progress, new Rest()));
    }

    private List<Past> pasts() {
        if (pasts.isEmpty() || System.nanoTime() - pastsRead > FRESH.toNanos()) {
            List<Past> read = new ArrayList<>();
            archive.read((subject, text) -> {
                if (subject instanceof Subject.OfWorkload part
                        && part.equals(Subject.OfWorkload.whole(part.workload()))) {
                    try {
                        Past past = Past.of(part.workload(), History.decode(text));
                        if (past.days() > 0) {
                            read.add(past);
                        }
                    } catch (HistoryFault | RuntimeException other) {
                        LOG.debug("history of {} is left out: {}", part.workload(), other.getMessage());
                    }
                }
            });
            read.sort(Comparator.comparing(past -> past.workload().toString()));
            pasts = List.copyOf(read);
            pastsRead = System.nanoTime();
        }
        return pasts;
    }

    /** Rests for as long as was worked, so that at most half of a processor is taken from who has reviews to answer. */
    private static final class Rest implements Runnable {

        private static final Duration LONGEST = Duration.ofMillis(200);

        private long since = System.nanoTime();

        @Override
        public void run() {
            try {
                Thread.sleep(Duration.ofNanos(Math.min(LONGEST.toNanos(), System.nanoTime() - since)));
            } catch (InterruptedException closing) {
                throw new Interrupted(closing);
            }
            since = System.nanoTime();
        }
    }

    private static final class Interrupted extends RuntimeException {

        private static final long serialVersionUID = 1;

        Interrupted(InterruptedException cause) {
            super(cause);
        }
    }
}
