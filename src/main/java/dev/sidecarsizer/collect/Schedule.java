package dev.sidecarsizer.collect;

import dev.sidecarsizer.profile.Subject.OfWorkload;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Which accounts are to be kept next. */
final class Schedule {

    private final Accounts accounts;
    private final MeshAccount mesh;
    private final Pace pace;
    private boolean readsPast;

    Schedule(Accounts accounts, MeshAccount mesh, Pace pace) {
        this.accounts = accounts;
        this.mesh = mesh;
        this.pace = pace;
    }

    /** Says whether windows that are long past are being read now. */
    void readsPast(boolean now) {
        readsPast = now;
    }

    boolean readsPast() {
        return readsPast;
    }

    /**
     * Those that are to be kept now, as many as are kept in about a second: those first that a pod may wait for, then those
     * that were kept the longest ago.
     *
     * <p>While the past is read, none is kept for the first time: each window changes all of them, what the first ones say is
     * no profile yet, and whoever leads next can read them as fast.
     */
    List<OfWorkload> due(Instant now) {
        accounts.all().forEach(entry -> entry.getValue().look(now, pace.staleAfter()));
        accounts.dropVain(now);
        boolean rewinds = mesh.rewinds();
        return accounts.all()
                .filter(entry -> entry.getValue().isDue(now, interval(entry.getKey()), readsPast, rewinds))
                .sorted(Comparator.comparing(entry -> entry.getValue().keeping, Keeping.MOST_URGENT))
                .limit(pace.writesPerSecond())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** It could not be kept: once more, and later each time, for others wait too. */
    void notKept(OfWorkload subject, Instant now) {
        accounts.get(subject).keeping.failed(now, interval(subject));
    }

    /** Up to a tenth more, different for each, so that what was read at once is not written at once for ever. */
    private Duration interval(OfWorkload subject) {
        long tenth = pace.keep().toMillis() / 10;
        return pace.keep().plusMillis(tenth == 0 ? 0 : Math.floorMod(subject.hashCode(), tenth));
    }
}
