package dev.sidecarsizer.advice;

import dev.sidecarsizer.profile.Finding.Evidence;
import dev.sidecarsizer.profile.ProxyFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A proxy refuses traffic for want of memory, for more of the time than {@code ProxyFacts.shedsLoad()} bears with. */
final class SheddingLoad implements Rule {

    @Override
    public Answer judge(Known known) {
        Double share = known.facts().shedding();
        if (share == null) {
            return Rule.lacks(new Need("statistics of an overload manager", share));
        }
        if (!known.facts().shedsLoad()) {
            return Rule.healthy();
        }
        return Rule.found(
                null,
                "a proxy refused traffic for " + Text.percent(share)
                        + " of the time that was looked at last, for want of memory: where it was near its limit, that"
                        + " counts as the day's peak, and the next one gets more",
                evidence(share, known.facts()),
                Fix.sizeUp(known, known.limit()) + Fix.SLOW_CLIENTS);
    }

    private static List<Evidence> evidence(double share, ProxyFacts facts) {
        List<Evidence> evidence = new ArrayList<>();
        evidence.add(new Evidence("time", Text.percent(share), "status.facts.shedding"));
        if (facts.pressure() != null) {
            evidence.add(new Evidence("heap pressure", Text.percent(facts.pressure()), "status.facts.pressure"));
        }
        if (facts.shrinksPerHour() != null) {
            String rate = String.format(Locale.ROOT, "%.0f", facts.shrinksPerHour());
            evidence.add(new Evidence("heap shrunk, times an hour", rate, "status.facts.shrinksPerHour"));
        }
        return evidence;
    }
}
