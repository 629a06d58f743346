package dev.sidecarsizer.advice;

import dev.sidecarsizer.profile.Finding.Evidence;
import java.util.List;

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
                List.of(new Evidence("time", Text.percent(share), "status.facts.shedding")),
                Fix.sizeUp(known, known.limit()) + Fix.SLOW_CLIENTS);
    }
}
