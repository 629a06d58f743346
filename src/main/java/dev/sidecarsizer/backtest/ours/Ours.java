package dev.sidecarsizer.backtest.ours;

import dev.sidecarsizer.backtest.replay.Strategy;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.MemoryProfile;
import dev.sidecarsizer.profile.MemoryProfile.Observed;
import dev.sidecarsizer.profile.MemoryProfile.Proxy;
import dev.sidecarsizer.profile.MemoryProfile.Recommendation;
import dev.sidecarsizer.profile.MemoryProfile.Standing;
import dev.sidecarsizer.profile.Profiles.Lineage;
import dev.sidecarsizer.profile.Verdict;
import dev.sidecarsizer.profile.history.Calibration;
import dev.sidecarsizer.profile.history.PodWindow;
import dev.sidecarsizer.profile.history.Target;
import dev.sidecarsizer.sizing.Decision.Resize;
import dev.sidecarsizer.sizing.SizingPolicy;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** sidecar-sizer, as its leader would have learnt and its admission decided, in a mesh that only has what is replayed. */
public final class Ours implements Strategy {

    public static final String NAME = "ours";

    private final String name;
    private final Target target;
    private final SizingPolicy policy;
    private final Memory comesWith;
    private final NewPod pod;
    private final Lessons lessons;
    private final boolean learns;
    private final Map<String, Optional<Recommendation>> priors = new HashMap<>();

    /**
     * @param comesWith what a pod has before it is sized
     */
    public Ours(Target target, SizingPolicy policy, Memory comesWith) {
        this(target, policy, comesWith, new Calibration());
    }

    /**
     * @param comesWith what a pod has before it is sized
     * @param calibration what the mesh's weeks showed before; goes on from here
     */
    public Ours(Target target, SizingPolicy policy, Memory comesWith, Calibration calibration) {
        this(NAME, target, policy, comesWith, new Lessons(calibration, calibration), true);
    }

    /**
     * One that knows what the mesh's weeks showed, those that it will see among them.
     *
     * @param comesWith what a pod has before it is sized
     */
    public static Ours knowing(Calibration calibration, Target target, SizingPolicy policy, Memory comesWith) {
        return new Ours(NAME, target, policy, comesWith, new Lessons(new Calibration(), calibration), true);
    }

    private Ours(String name, Target target, SizingPolicy policy, Memory comesWith, Lessons lessons, boolean learns) {
        this.name = name;
        this.target = target;
        this.policy = policy;
        this.comesWith = comesWith;
        this.lessons = lessons;
        this.learns = learns;
        pod = new NewPod(comesWith);
    }

    /**
     * Another who knows what this one learns, and aims at something else. It is asked after this one; what kills its pods
     * is not learnt from.
     */
    public Strategy aimingAt(String otherName, Target otherTarget, SizingPolicy otherPolicy) {
        return new Ours(otherName, otherTarget, otherPolicy, comesWith, lessons, false);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void see(WorkloadKey workload, PodWindow window) {
        if (learns) {
            lessons.see(workload, window);
        }
    }

    @Override
    public void advance(Instant to) {
        priors.clear();
        if (learns) {
            lessons.advance(to);
        }
    }

    @Override
    public void killed(WorkloadKey workload, PodName pod, Instant at, Bytes limit) {
        if (learns) {
            lessons.killed(workload, pod, at, limit);
        }
    }

    @Override
    public Optional<Memory> size(WorkloadKey workload, Instant now) {
        MemoryProfile profile = lessons.profile(workload, target, now);
        // who has a say of its own needs no prior, and of thousands one takes long
        boolean speaks = profile != null && profile.recommendation() != null && profile.hasHistory(policy.minHistory());
        Lineage lineage = speaks
                ? new Lineage(null, profile, null, null)
                : new Lineage(
                        null,
                        profile,
                        prior(workload.namespace(), key -> key.namespace().equals(workload.namespace()), now),
                        prior("", key -> true, now));
        return pod.decide(lineage, policy) instanceof Resize resize ? Optional.of(resize.after()) : Optional.empty();
    }

    private @Nullable MemoryProfile prior(String around, Predicate<WorkloadKey> isAround, Instant now) {
        return priors.computeIfAbsent(around, any -> lessons.prior(isAround, target, now))
                .map(recommendation -> new MemoryProfile(
                        around,
                        "",
                        Standing.READY,
                        recommendation,
                        Observed.NOTHING,
                        Proxy.UNKNOWN,
                        Verdict.FINE,
                        null))
                .orElse(null);
    }
}
