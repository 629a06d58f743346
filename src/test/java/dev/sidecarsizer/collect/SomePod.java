package dev.sidecarsizer.collect;

import dev.sidecarsizer.collect.LivePod.OomKill;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Learnt.Owner;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A pod with a native sidecar that runs; a test says only what it is about. */
public final class SomePod {

    private final PodName name;
    private WorkloadKey workload;
    private @Nullable String revision;
    private @Nullable Owner controller;
    private Instant created = Instant.EPOCH;
    private boolean runsToCompletion;
    private boolean running = true;
    private boolean nativeSidecar = true;
    private @Nullable WorkloadKey owned;
    private @Nullable Instant started;
    private @Nullable String ip = "10.0.0.1";
    private String image = "proxyv2:1.31.0";
    private @Nullable Integer concurrency;
    private @Nullable Bytes request;
    private @Nullable Bytes limit;
    private @Nullable Instant resized;
    private @Nullable Bytes budgetFor;
    private @Nullable Instant restarted;
    private boolean guaranteed;
    private Map<String, String> labels = Map.of();
    private LivePod.Sizing sizing = LivePod.Sizing.KEPT;
    private boolean byNet;
    private LivePod.Health health = LivePod.Health.READY;
    private List<OomKill> kills = List.of();

    private SomePod(PodName name) {
        this.name = name;
        workload = new WorkloadKey(name.namespace(), "apps", "Deployment", "reviews");
    }

    /** One of Deployment {@code reviews}. */
    public static SomePod named(String namespace, String name) {
        return new SomePod(new PodName(namespace, name));
    }

    public SomePod of(WorkloadKey owner) {
        workload = owner;
        return this;
    }

    public SomePod of(String deployment) {
        return of(new WorkloadKey(name.namespace(), "apps", "Deployment", deployment));
    }

    /** By its owner's name, where labels name the workload. */
    public SomePod owned(WorkloadKey owner) {
        owned = owner;
        return this;
    }

    public SomePod classic() {
        nativeSidecar = false;
        return this;
    }

    public SomePod revision(@Nullable String hash) {
        revision = hash;
        return this;
    }

    public SomePod controller(Owner owner) {
        controller = owner;
        return this;
    }

    public SomePod created(Instant at) {
        created = at;
        return this;
    }

    public SomePod runsToCompletion(boolean ends) {
        runsToCompletion = ends;
        return this;
    }

    public SomePod running(boolean runs) {
        running = runs;
        return this;
    }

    public SomePod started(Instant at) {
        started = at;
        return this;
    }

    public SomePod ip(@Nullable String address) {
        ip = address;
        return this;
    }

    public SomePod image(String reference) {
        image = reference;
        return this;
    }

    public SomePod concurrency(@Nullable Integer threads) {
        concurrency = threads;
        return this;
    }

    public SomePod request(Bytes memory) {
        request = memory;
        return this;
    }

    public SomePod limit(Bytes memory) {
        limit = memory;
        return this;
    }

    public SomePod resized(Instant at) {
        resized = at;
        return this;
    }

    public SomePod guaranteed(boolean whether) {
        guaranteed = whether;
        return this;
    }

    public SomePod labels(Map<String, String> all) {
        labels = all;
        return this;
    }

    public SomePod budgetFor(Bytes memory) {
        budgetFor = memory;
        return this;
    }

    public SomePod sizing(LivePod.Sizing what) {
        sizing = what;
        return this;
    }

    /** The safety net sized it. */
    public SomePod byNet() {
        byNet = true;
        return sizing(LivePod.Sizing.SIZED);
    }

    public SomePod health(LivePod.Health what) {
        health = what;
        return this;
    }

    public SomePod restarted(Instant at) {
        restarted = at;
        return this;
    }

    public SomePod kills(List<OomKill> all) {
        kills = all;
        return this;
    }

    public LivePod build() {
        return new LivePod(
                name,
                "uid-of-" + name.name(),
                created,
                workload,
                Objects.requireNonNullElse(owned, workload),
                revision,
                controller,
                labels,
                runsToCompletion,
                running,
                started,
                ip,
                image,
                concurrency,
                nativeSidecar,
                request,
                limit,
                resized,
                guaranteed,
                budgetFor,
                sizing,
                byNet,
                health,
                kills,
                restarted);
    }
}
