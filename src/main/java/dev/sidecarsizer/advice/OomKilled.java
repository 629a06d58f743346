package dev.sidecarsizer.advice;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.profile.Finding.Evidence;
import dev.sidecarsizer.profile.Learnt.Measured;
import java.util.ArrayList;
import java.util.List;

/** The kernel killed proxies, and no two weeks of samples without have passed since. */
final class OomKilled implements Rule {

    @Override
    public Answer judge(Known known) {
        Measured measured = known.measured();
        if (measured == null) {
            return Rule.lacks(new Need("samples", measured));
        }
        if (measured.oomKills() == 0) {
            return Rule.healthy();
        }
        List<Evidence> evidence = new ArrayList<>(
                List.of(new Evidence("kills", String.valueOf(measured.oomKills()), "OOMKilled in the status of pods")));
        Bytes at = measured.oomLimit();
        if (at != null) {
            evidence.add(new Evidence("largest limit at a kill", at.toString(), "status.observed.oomLimit"));
        }
        return Rule.found(
                null,
                known.mayHaveMoreThan(at)
                        ? "the kernel killed the proxy for want of memory; the next pod gets more, up to its policy's ceiling"
                        : "the kernel killed the proxy for want of memory, at its policy's ceiling: the next pod gets no more",
                evidence,
                Fix.sizeUp(known, at) + Fix.SLOW_CLIENTS);
    }
}
