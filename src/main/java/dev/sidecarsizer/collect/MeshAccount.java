package dev.sidecarsizer.collect;

import dev.sidecarsizer.profile.Learnt;
import dev.sidecarsizer.profile.Subject.OfMesh;
import dev.sidecarsizer.profile.history.HistoryFault;
import dev.sidecarsizer.profile.history.MeshHistory;
import dev.sidecarsizer.profile.history.Recommender;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;

/** What is kept of the mesh: its calibration, and until when the next leader need read no window again. */
final class MeshAccount {

    private final MeshProgress progress = new MeshProgress();
    private final Accounts accounts;
    private final Intake intake;
    private final Scoring scoring;
    private final Pace pace;

    MeshAccount(Accounts accounts, Intake intake, Scoring scoring, Pace pace) {
        this.accounts = accounts;
        this.intake = intake;
        this.scoring = scoring;
        this.pace = pace;
    }

    void restore(String text) throws HistoryFault {
        MeshHistory kept = MeshHistory.decode(text);
        scoring.restore(kept.calibration(), kept.settled());
        through(kept.through());
    }

    /**
     * Takes no window for read that is not over: a leader before may have gone by a clock that was ahead.
     *
     * @return until when it said that all was read, where that cannot be
     */
    Optional<Instant> readNoLaterThan(Instant now) {
        Instant said = intake.through();
        if (!said.isAfter(now)) {
            return Optional.empty();
        }
        Instant seen = accounts.wholes()
                .map(entry -> entry.getValue().history.through())
                .filter(through -> !through.isAfter(now))
                .max(Comparator.naturalOrder())
                .orElse(now);
        scoring.settledNoLaterThan(seen);
        through(seen);
        return Optional.of(said);
    }

    private void through(Instant read) {
        intake.restore(read);
        progress.restore(read);
    }

    /** Whether windows came in that are older than what counts as read: the next leader must know first. */
    boolean rewinds() {
        return progress.rewinds(safe());
    }

    /**
     * What is to be kept: only windows that all accounts have kept count as read, so that the next leader reads the others
     * again. Empty while nothing is new.
     */
    Optional<Learnt> keep(Instant now) {
        Instant safe = safe();
        if (!progress.isDue(safe, now, pace.betweenPriors())) {
            return Optional.empty();
        }
        progress.keeping(safe, now);
        Instant settled = scoring.settle(safe);
        return Optional.of(Priors.learnt(
                new OfMesh(),
                new MeshHistory(scoring.kept(), settled, safe),
                Recommender.prior(accounts.wholes()
                                .flatMap(entry -> scoring.recommended(entry.getValue(), now).stream())
                                .toList())
                        .orElse(null)));
    }

    /** What {@link #keep} gave last is kept. */
    void kept() {
        progress.kept();
    }

    /** Until when all windows are kept. */
    private Instant safe() {
        return accounts.all()
                .map(entry -> entry.getValue().safeThrough(intake.through()))
                .min(Comparator.naturalOrder())
                .orElse(intake.through());
    }
}
