package dev.sidecarsizer.store;

import dev.sidecarsizer.guard.Brake;
import dev.sidecarsizer.guard.Fuse;
import dev.sidecarsizer.profile.Learnt.Owner;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/** The breaker's word in the ConfigMap that all replicas watch: under a name of its own, so that people's stay theirs. */
final class KubernetesFuse implements Fuse {

    private static final String FIELD_MANAGER = "sidecar-sizer-breaker";
    private static final PatchContext APPLY = new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager(FIELD_MANAGER)
            .withForce(true)
            .build();

    private final KubernetesClient client;
    private final String ownNamespace;
    private final RememberedBrake brake;
    private final WorkloadEvents events;
    private final InstantSource clock;

    KubernetesFuse(KubernetesClient client, String ownNamespace, RememberedBrake brake, InstantSource clock) {
        this.client = client;
        this.ownNamespace = ownNamespace;
        this.brake = brake;
        this.clock = clock;
        events = new WorkloadEvents(client, clock);
    }

    @Override
    public boolean isBlown() {
        return brake.now().breaker() != null;
    }

    @Override
    public Instant mended() {
        return brake.mended();
    }

    @Override
    public void blow(String why) {
        ConfigMap blown = new ConfigMapBuilder()
                .withNewMetadata()
                .withName(Brake.NAME)
                .withNamespace(ownNamespace)
                .endMetadata()
                .addToData(Brake.BREAKER, clock.instant().truncatedTo(ChronoUnit.SECONDS) + " " + why)
                .build();
        ConfigMap stored;
        try {
            stored = client.resource(blown).patch(APPLY);
        } catch (KubernetesClientException failed) {
            throw ApiFailure.of(failed);
        }
        events.tell(
                ownNamespace,
                new Owner("v1", "ConfigMap", Brake.NAME, stored.getMetadata().getUid()),
                "SizingStopped",
                "all sizing is held at audit: " + why + "; remove the key " + Brake.BREAKER + " to go on",
                Duration.ZERO);
    }
}
