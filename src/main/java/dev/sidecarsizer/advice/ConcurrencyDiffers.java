package dev.sidecarsizer.advice;

import dev.sidecarsizer.profile.Finding.Evidence;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Proxies of one workload run with different numbers of worker threads, each of which costs memory of its own. */
final class ConcurrencyDiffers implements Rule {

    @Override
    public Answer judge(Known known) {
        Set<Integer> threads = new TreeSet<>(known.concurrencies());
        if (threads.isEmpty()) {
            return Rule.lacks(new Need("worker threads of a running proxy", null));
        }
        if (threads.size() == 1) {
            return Rule.healthy();
        }
        return Rule.found(
                null,
                "proxies run with " + threads
                        + " worker threads, and are told apart: set concurrency or a CPU limit to make them alike",
                List.of(new Evidence("worker threads", threads.toString(), "pods that run")),
                "# in the pod template\nannotations:\n  proxy.istio.io/config: \"concurrency: "
                        + Collections.min(threads) + "\"");
    }
}
