package dev.sidecarsizer.sizing;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.profile.MemoryProfile;
import dev.sidecarsizer.profile.MemoryProfile.Observed;
import dev.sidecarsizer.profile.MemoryProfile.Proxy;
import dev.sidecarsizer.profile.MemoryProfile.Recommendation;
import dev.sidecarsizer.profile.MemoryProfile.Standing;
import dev.sidecarsizer.profile.Profiles.Lineage;
import dev.sidecarsizer.profile.Verdict;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What tests know of a workload: a sound profile of two weeks, and variations of it. */
final class Knowledge {

    /** Recommends 96Mi/192Mi. */
    static final MemoryProfile SOUND = new MemoryProfile(
            "shop/deployment-reviews",
            "4711",
            Standing.READY,
            new Recommendation(Bytes.mebi(96), Bytes.mebi(192), null),
            new Observed(14, Bytes.mebi(151), Bytes.mebi(66), 0, null),
            Proxy.UNKNOWN,
            Verdict.FINE,
            null);

    private Knowledge() {}

    static Lineage ofWorkload(@Nullable MemoryProfile workload) {
        return new Lineage(null, workload, null, null);
    }

    static MemoryProfile named(String name, MemoryProfile profile) {
        return new MemoryProfile(
                name,
                profile.resourceVersion(),
                profile.standing(),
                profile.recommendation(),
                profile.observed(),
                profile.proxy(),
                profile.verdict(),
                profile.fault());
    }

    static MemoryProfile standing(Standing standing, MemoryProfile profile) {
        return new MemoryProfile(
                profile.name(),
                profile.resourceVersion(),
                standing,
                profile.recommendation(),
                profile.observed(),
                profile.proxy(),
                profile.verdict(),
                profile.fault());
    }

    static MemoryProfile recommending(@Nullable Recommendation recommendation, MemoryProfile profile) {
        return new MemoryProfile(
                profile.name(),
                profile.resourceVersion(),
                profile.standing(),
                recommendation,
                profile.observed(),
                profile.proxy(),
                profile.verdict(),
                profile.fault());
    }

    static MemoryProfile observing(UnaryOperator<Observed> change, MemoryProfile profile) {
        return new MemoryProfile(
                profile.name(),
                profile.resourceVersion(),
                profile.standing(),
                profile.recommendation(),
                change.apply(profile.observed()),
                profile.proxy(),
                profile.verdict(),
                profile.fault());
    }

    static MemoryProfile faulty(String fault, MemoryProfile profile) {
        return new MemoryProfile(
                profile.name(),
                profile.resourceVersion(),
                profile.standing(),
                profile.recommendation(),
                profile.observed(),
                profile.proxy(),
                profile.verdict(),
                fault);
    }

    static MemoryProfile measuredOn(@Nullable String image, @Nullable Integer concurrency, MemoryProfile profile) {
        return new MemoryProfile(
                profile.name(),
                profile.resourceVersion(),
                profile.standing(),
                profile.recommendation(),
                profile.observed(),
                new Proxy(null, image, concurrency, null, null),
                profile.verdict(),
                profile.fault());
    }

    static UnaryOperator<Observed> days(@Nullable Integer days) {
        return seen -> new Observed(days, seen.peak(), seen.live(), seen.oomKills(), seen.oomLimit());
    }

    static UnaryOperator<Observed> live(long mebibytes) {
        return seen -> new Observed(seen.days(), seen.peak(), Bytes.mebi(mebibytes), seen.oomKills(), seen.oomLimit());
    }

    static UnaryOperator<Observed> killedAt(@Nullable Bytes limit) {
        return seen -> new Observed(seen.days(), seen.peak(), seen.live(), 1, limit);
    }
}
