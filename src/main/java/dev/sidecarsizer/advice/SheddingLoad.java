package dev.sidecarsizer.advice;

import dev.sidecarsizer.profile.Finding.Evidence;
import dev.sidecarsizer.profile.ProxyOverload;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A proxy refuses traffic for want of memory, for more of the time than {@code ProxyOverload.shedsLoad()} bears with. */
final class SheddingLoad implements Rule {

    @Override
    public Answer judge(Known known) {
        ProxyOverload overload = known.facts().overload();
        Double share = overload.shedding();
        if (share == null) {
            return Rule.lacks(new Need("statistics of an overload manager", share));
        }
        if (!overload.shedsLoad()) {
            return Rule.healthy();
        }
        return Rule.found(
                null,
                "a proxy refused traffic for " + Text.percent(share)
                        + " of the time that was looked at last, for want of memory: where it was near its limit, that"
                        + " counts as the day's peak, and the next one gets more",
                evidence(share, overload),
                Fix.sizeUp(known, known.limit()) + Fix.SLOW_CLIENTS);
    }

    private static List<Evidence> evidence(double share, ProxyOverload overload) {
        List<Evidence> evidence = new ArrayList<>();
        evidence.add(new Evidence("time", Text.percent(share), "status.facts.shedding"));
        if (overload.pressure() != null) {
            evidence.add(new Evidence(
                    "allocated, of the limit", Text.percent(overload.pressure()), "status.facts.pressure"));
        }
        if (overload.shrinksPerHour() != null) {
            String rate = String.format(Locale.ROOT, "%.0f", overload.shrinksPerHour());
            evidence.add(new Evidence("heap shrunk, times an hour", rate, "status.facts.shrinksPerHour"));
        }
        return evidence;
    }
}
