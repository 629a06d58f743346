package dev.sidecarsizer.collect;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.profile.Learnt.Condition;
import dev.sidecarsizer.profile.history.Calibration;
import dev.sidecarsizer.profile.history.Outlook;
import dev.sidecarsizer.profile.history.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a profile says of itself: its standing, and what its numbers alone do not show. */
final class Findings {

    private static final double MEBIBYTE = Bytes.mebi(1).value();

    private Findings() {}

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
        outlook.filter(some -> some.trend().rises()).ifPresent(some -> all.add(rising(some)));
        if (account.concurrencies.size() > 1) {
            all.add(new Condition(
                    "ConcurrencyDiffers",
                    true,
                    "WorkerThreadsDiffer",
                    "proxies run with " + account.concurrencies + " worker threads, and are told apart: set concurrency"
                            + " or a CPU limit to make them alike"));
        }
        if (account.facts.shedding() != null && account.facts.shedsLoad()) {
            all.add(shedding(account.facts.shedding()));
        }
        if (agentDrives(account)) {
            all.add(new Condition(
                    "AgentDrives",
                    true,
                    "AgentAboveEnvoy",
                    "pilot-agent uses " + account.facts.agent() + ", Envoy " + account.facts.physical()
                            + ": no setting of Envoy's will make it smaller"));
        }
        return all;
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

    private static Condition rising(Outlook outlook) {
        return new Condition(
                "Rising",
                true,
                "PeaksRise",
                String.format(
                        Locale.ROOT,
                        "daily peaks rise by %.1f MiB a day: a leak, or a configuration that grows; the limit has room for"
                                + " a week of it",
                        outlook.trend().bytesPerDay() / MEBIBYTE));
    }

    private static Condition shedding(double share) {
        return new Condition(
                "SheddingLoad",
                true,
                "RefusesRequests",
                String.format(
                        Locale.ROOT,
                        "a proxy refused requests for %.0f %% of the time that was looked at last, for want of memory: where"
                                + " it was near its limit, that counts as the day's peak, and the next one gets more",
                        share * 100));
    }

    private static boolean agentDrives(Account account) {
        Bytes agent = account.facts.agent();
        Bytes envoy = account.facts.physical();
        return agent != null && envoy != null && agent.isMore(envoy);
    }
}
