package dev.sidecarsizer.store;

import dev.sidecarsizer.guard.Brake;
import dev.sidecarsizer.guard.Fuse;
import dev.sidecarsizer.guard.RunningPods;
import dev.sidecarsizer.profile.Autoscalers;
import dev.sidecarsizer.profile.Histories;
import dev.sidecarsizer.profile.ProfileSink;
import dev.sidecarsizer.profile.Profiles;
import dev.sidecarsizer.profile.Subject;
import dev.sidecarsizer.sizing.Policies;
import dev.sidecarsizer.sizing.Surroundings;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Profiles, policies and the cluster's other voices, watched through the Kubernetes API and answered from memory.
 *
 * <p>Needs list and watch on what {@link WatchedKind} names. While the API server is away the last known state
 * stands; {@link #ages()} says for how long.
 */
public final class KubernetesStore implements AutoCloseable {

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    private static final int SECONDS_BETWEEN_CHECKS = 15;

    private final RememberedKinds kinds;
    private final List<KubernetesWatch> watches;
    private final OptionalWatch verticalPodAutoscalers;
    private final KubernetesProfileSink sink;
    private final KubernetesHistories histories;
    private final KubernetesFuse fuse;
    private final KubernetesPods pods;
    private final List<Ticker> tickers;

    /**
     * @param client its caller closes it, after this store
     * @param ownNamespace where the brake, and policies and priors of the mesh are
     * @param onlooker told of profiles
     * @param net told what was decided last; {@code null} where there is none
     */
    public KubernetesStore(KubernetesClient client, String ownNamespace, Onlooker onlooker, @Nullable SafetyNet net) {
        this(client, ownNamespace, onlooker, net, SECONDS_BETWEEN_CHECKS);
    }

    KubernetesStore(
            KubernetesClient client,
            String ownNamespace,
            Onlooker onlooker,
            @Nullable SafetyNet net,
            int secondsBetweenChecks) {
        kinds = new RememberedKinds(ownNamespace);
        watches = Stream.of(WatchedKind.values())
                .filter(kind -> kind != WatchedKind.VERTICAL_POD_AUTOSCALERS)
                .map(kind -> watch(client, kind, ownNamespace, onlooker))
                .toList();
        verticalPodAutoscalers = new OptionalWatch(
                client,
                WatchedKind.VERTICAL_POD_AUTOSCALERS,
                () -> kinds.of(WatchedKind.VERTICAL_POD_AUTOSCALERS),
                kinds.surroundings()::forgetVerticalPodAutoscalers);
        sink = new KubernetesProfileSink(client, kinds.profiles(), ownNamespace, net);
        histories = new KubernetesHistories(client, kinds.profiles(), ownNamespace, InstantSource.system(), net);
        fuse = new KubernetesFuse(client, ownNamespace, kinds.brake(), InstantSource.system());
        pods = new KubernetesPods(client, InstantSource.system());
        tickers = new ArrayList<>(List.of(
                new Ticker("store-ages", BETWEEN_LOOKS, this::ages),
                new Ticker(
                        "store-optional-kinds",
                        Duration.ofSeconds(secondsBetweenChecks),
                        verticalPodAutoscalers::check)));
        tickers.add(new Ticker("safety-net", BETWEEN_LOOKS, net == null ? takingAway(client) : () -> follow(net)));
    }

    private KubernetesWatch watch(KubernetesClient client, WatchedKind kind, String ownNamespace, Onlooker onlooker) {
        return switch (kind) {
            case CONFIG_MAPS -> KubernetesWatch.ofOne(client, kind, ownNamespace, Brake.NAME, kinds.brake());
            case PROFILES -> new KubernetesWatch(client, kind, new LookedAt(kinds.of(kind), ownNamespace, onlooker));
            default -> new KubernetesWatch(client, kind, kinds.of(kind));
        };
    }

    /** The brake holds the net too, once it has been seen. */
    private void follow(SafetyNet net) {
        if (unsynced().isEmpty()) {
            net.follow(kinds.brake().now().cap());
        }
    }

    /** Until it is done, once. */
    private static Runnable takingAway(KubernetesClient client) {
        AtomicBoolean done = new AtomicBoolean();
        return () -> {
            if (!done.get()) {
                SafetyNet.takeAway(client);
                done.set(true);
            }
        };
    }

    /** Starts to watch and returns at once. */
    public void start() {
        watches.forEach(KubernetesWatch::start);
        tickers.forEach(Ticker::start);
    }

    /** The kinds that have not been seen yet; empty when all is known that decisions need. */
    public List<String> unsynced() {
        return watches.stream()
                .filter(watch -> !watch.synced())
                .map(watch -> watch.kind().plural())
                .toList();
    }

    /** Whether, beyond that, all is known of kinds that a cluster may not have, or that we must not see. */
    public boolean isComplete() {
        return unsynced().isEmpty() && verticalPodAutoscalers.isSettled();
    }

    public Profiles profiles() {
        return kinds.profiles();
    }

    public Policies policies() {
        return kinds.policies();
    }

    public Surroundings.Source surroundings() {
        return kinds.surroundings();
    }

    public Autoscalers autoscalers() {
        return kinds.surroundings();
    }

    /** What holds the whole installation back now. */
    public Brake brake() {
        return kinds.brake().now();
    }

    public ProfileSink sink() {
        return sink;
    }

    /** What only the leader asks for, and only it has the use of. */
    public Histories histories() {
        return histories;
    }

    /**
     * Gives every history that is kept, to whoever looks at them; waits for the API server.
     *
     * @throws RuntimeException where they cannot be read
     */
    public void eachHistory(BiConsumer<Subject, String> into) {
        histories.look(into);
    }

    /** What stops all sizing; only the leader blows it. */
    public Fuse fuse() {
        return fuse;
    }

    /** What acts on running pods; only the leader does. */
    public RunningPods pods() {
        return pods;
    }

    /** All kinds by their names in the API, such as {@code limitranges}. */
    public static List<String> kinds() {
        List<String> kinds = new ArrayList<>();
        for (WatchedKind kind : WatchedKind.values()) {
            kinds.add(kind.plural());
        }
        return kinds;
    }

    /** For how long each kind's changes have not been told; an optional kind that is not served is left out. */
    public Map<String, Duration> ages() {
        Map<String, Duration> ages = new LinkedHashMap<>();
        running().forEach(watch -> ages.put(watch.kind().plural(), watch.age()));
        return ages;
    }

    /** How often listing or watching failed, by kind. */
    public Map<String, Long> failures() {
        Map<String, Long> failures = new LinkedHashMap<>();
        running().forEach(watch -> failures.put(watch.kind().plural(), watch.failures()));
        return failures;
    }

    /** Objects in memory that are not used for a fault of theirs, by kind. */
    public Map<String, Integer> faulty() {
        return Map.of(
                WatchedKind.PROFILES.plural(), kinds.profiles().faults().count(),
                WatchedKind.POLICIES.plural(), kinds.policies().faults().count(),
                WatchedKind.CONFIG_MAPS.plural(), kinds.brake().faults().count());
    }

    /** Objects in memory, by kind. */
    public Map<String, Integer> sizes() {
        return Map.of(
                WatchedKind.PROFILES.plural(), kinds.profiles().size(),
                WatchedKind.POLICIES.plural(), kinds.policies().size(),
                WatchedKind.CONFIG_MAPS.plural(), kinds.brake().size());
    }

    @Override
    public void close() {
        tickers.forEach(Ticker::close);
        verticalPodAutoscalers.close();
        watches.forEach(KubernetesWatch::close);
    }

    private List<KubernetesWatch> running() {
        List<KubernetesWatch> running = new ArrayList<>(watches);
        @Nullable KubernetesWatch optional = verticalPodAutoscalers.watch();
        if (optional != null) {
            running.add(optional);
        }
        return running;
    }
}
