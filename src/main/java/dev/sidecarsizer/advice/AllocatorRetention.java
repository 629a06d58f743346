package dev.sidecarsizer.advice;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.profile.Finding.Evidence;
import java.util.List;

/**
 * Envoy's allocator keeps what a burst needed: {@code resident − allocated} is at least {@value #LEAST_MEBIBYTES} MiB and
 * half of what is resident. What comes back is that less 32 MiB, which the allocator limit that we write lets it keep
 * (docs/memory-lab.md: 6.5 MB in use in 290 MB resident without it, in 61 MB with it).
 */
final class AllocatorRetention implements Rule {

    private static final long LEAST_MEBIBYTES = 64;
    private static final Bytes LEAST = Bytes.mebi(LEAST_MEBIBYTES);

    /** Minor release of Istio whose Envoy has an allocator limit. */
    private static final int WITH_SETTING = 30;

    /** What our override lets the allocator keep above live bytes. */
    private static final Bytes KEPT = Bytes.mebi(32);

    @Override
    public Answer judge(Known known) {
        Bytes resident = known.facts().memory().physical();
        Bytes allocated = known.facts().memory().allocated();
        if (resident == null || allocated == null) {
            return Rule.lacks(
                    new Need("envoy_server_memory_physical_size", resident),
                    new Need("envoy_server_memory_allocated", allocated));
        }
        Bytes retained = resident.minus(allocated);
        if (retained.isLess(LEAST) || retained.isLess(allocated)) {
            return Rule.healthy();
        }
        return Rule.found(
                retained.minus(KEPT).times(1),
                "Envoy uses " + Text.mebi(allocated) + ", and its allocator keeps " + Text.mebi(retained)
                        + " more from a burst" + (hasSetting(known) ? ": an allocator limit gives them back" : ""),
                List.of(
                        new Evidence("resident", Text.mebi(resident), "envoy_server_memory_physical_size"),
                        new Evidence("in use", Text.mebi(allocated), "envoy_server_memory_allocated")),
                fix(known));
    }

    private static boolean hasSetting(Known known) {
        return known.version()
                .filter(version -> version.isAtLeast(1, WITH_SETTING))
                .isPresent();
    }

    private static String fix(Known known) {
        return hasSetting(known)
                ? Fix.size(known)
                : "# an allocator limit takes proxies of Istio 1." + WITH_SETTING + " or later, and these "
                        + known.version().map(version -> "are of " + version).orElse("do not tell their version")
                        + ": until then only a new pod gives the memory back\n" + Fix.restart(known.workload());
    }
}
