package dev.sidecarsizer.collect;

import dev.sidecarsizer.guard.OomLoop.Outcome;
import dev.sidecarsizer.profile.Finding;
import dev.sidecarsizer.profile.Learnt.Condition;
import dev.sidecarsizer.profile.Rollout;
import dev.sidecarsizer.profile.Rollout.Plan;
import dev.sidecarsizer.profile.Running;
import dev.sidecarsizer.profile.Verdict.Raise;
import dev.sidecarsizer.profile.Verdict.Withdraw;
import dev.sidecarsizer.profile.history.Calibration;
import dev.sidecarsizer.profile.history.Outlook;
import dev.sidecarsizer.profile.history.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How far a profile can be trusted, in its own words. */
final class Conditions {

    private Conditions() {}

    /** What is found, in one condition: its reason is the largest finding, which the status has with all others. */
    static Condition of(Finding.All findings) {
        List<Finding> found = findings.found();
        String unjudged = findings.unjudged().isEmpty()
                ? ""
                : "; " + findings.unjudged().size() + " could not be told for want of evidence";
        return found.isEmpty()
                ? new Condition("Findings", false, "NoFindings", "nothing is found" + unjudged)
                : new Condition(
                        "Findings",
                        true,
                        found.getFirst().kind(),
                        found.size() + " found: "
                                + found.stream().map(Finding::kind).collect(Collectors.joining(", "))
                                + unjudged);
    }

    static List<Condition> of(Account account, Calibration calibration, Duration staleAfter, Instant now) {
        List<Condition> all = new ArrayList<>();
        Optional<Outlook> outlook = account.history.outlook();
        boolean sampled = account.history.through().isAfter(Instant.EPOCH);
        boolean stale = account.isStale(now, staleAfter);
        boolean ready = outlook.isPresent() && !stale;
        all.add(new Condition(
                "Learning",
                outlook.isEmpty(),
                outlook.isEmpty() ? "TooLittleHistory" : "EnoughHistory",
                account.history.seenFor().toHours() + " hours seen, more than 24 are needed"));
        all.add(new Condition(
                "Ready",
                ready,
                stale ? "Stale" : ready ? "EnoughHistory" : "TooLittleHistory",
                ready ? aim(account, calibration, now) : "nothing to size by yet"));
        all.add(new Condition(
                "Stale",
                stale,
                stale ? "NoSamples" : "RecentSamples",
                (sampled ? "last sample " + account.history.through() : "no sample yet") + "; stale after "
                        + staleAfter.toDays() + " days without"));
        Running running = account.running();
        if (running.unsized() > 0) {
            all.add(new Condition(
                    "Unsized", true, running.missed() > 0 ? "AdmissionMissed" : "CreatedBefore", unsized(running)));
        }
        if (account.guard.verdict() instanceof Withdraw withdrawn) {
            all.add(new Condition("Withdrawn", true, "Guard", withdrawn.why() + "; tried again " + withdrawn.until()));
        } else if (account.guard.verdict() instanceof Raise raised) {
            all.add(new Condition(
                    "Raised", true, "Guard", raised.why() + "; limits are " + raised.limit() + " or more"));
        }
        account.relieved(now)
                .map(last -> new Condition("OomLoop", true, word(last.outcome()), last.message()))
                .ifPresent(all::add);
        if (account.steps.plan() != null) {
            all.add(rollingOut(account.steps.plan(), account.steps.rollout()));
        }
        return all;
    }

    private static String word(Outcome outcome) {
        return outcome.name().charAt(0) + outcome.name().substring(1).toLowerCase(Locale.ROOT);
    }

    private static Condition rollingOut(Plan plan, @Nullable Rollout rollout) {
        if (rollout != null && rollout.complete()) {
            return new Condition("RollingOut", false, "Complete", "all new pods are sized");
        }
        String ran = rollout == null
                ? "none is ready yet"
                : "some ran for " + rollout.ran().toHours() + " hours since " + rollout.since();
        return new Condition(
                "RollingOut",
                true,
                plan.goesOn() ? "Trying" : "Holding",
                plan.percent() + " % of new pods are sized, " + ran
                        + (plan.goesOn() ? "; all are after " + plan.trial() : ""));
    }

    private static String unsized(Running running) {
        return running.missed() > 0
                ? running.missed()
                        + " pods run that were created while admission was not asked; restart them to size them"
                : running.earlier() + " pods run that were created before they could be sized; the next ones will be";
    }

    private static String aim(Account account, Calibration calibration, Instant now) {
        if (!(account.history.target() instanceof Target.Risk risk)) {
            return account.history.days() + " days; the limit is the peak with the policy's headroom";
        }
        double percent = risk.oomRisk() * 100;
        long weeks = Math.round(calibration.weeks(now));
        return String.format(
                Locale.ROOT,
                calibration.supports(risk.oomRisk(), now)
                        ? "%d days; the limit is exceeded by %s %% of pods a week, by %d pod-weeks"
                        : "%d days; the limit aims at %s %% of pods a week, which %d pod-weeks cannot show yet",
                account.history.days(),
                percent,
                weeks);
    }
}
