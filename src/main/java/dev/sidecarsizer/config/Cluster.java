package dev.sidecarsizer.config;

import dev.sidecarsizer.audit.board.Board;
import dev.sidecarsizer.audit.page.Source;
import dev.sidecarsizer.audit.whatif.Archive;
import dev.sidecarsizer.guard.Brake;
import dev.sidecarsizer.profile.ProfileSink;
import dev.sidecarsizer.profile.Profiles;
import dev.sidecarsizer.sizing.Policies;
import dev.sidecarsizer.sizing.Surroundings;
import dev.sidecarsizer.store.ApiClient;
import dev.sidecarsizer.store.KubernetesStore;
import dev.sidecarsizer.store.Onlooker;
import dev.sidecarsizer.store.SafetyNet;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.Comparator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;

/** The ports served from a cluster. */
@Configuration(proxyBeanMethods = false)
@Profile("!local")
class Cluster {

    /** In a cluster by the pod's ServiceAccount, elsewhere by {@code KUBECONFIG}. */
    @Bean
    KubernetesClient kubernetesClient() {
        return ApiClient.of(Config.autoConfigure(null));
    }

    @Bean(initMethod = "start")
    KubernetesStore kubernetesStore(KubernetesClient client, Board board, Settings settings) {
        // who shows no page need hold none
        Onlooker onlooker = settings.audit().page() ? board : Onlooker.NONE;
        return new KubernetesStore(
                client,
                settings.namespace(),
                onlooker,
                settings.safetyNet().enabled() ? new SafetyNet(client, settings.modeCap()) : null);
    }

    @Bean
    Profiles profiles(KubernetesStore store) {
        return store.profiles();
    }

    @Bean
    Policies policies(KubernetesStore store) {
        return store.policies();
    }

    @Bean
    Surroundings.Source surroundings(KubernetesStore store) {
        return store.surroundings();
    }

    @Bean
    ModeCap modeCap(Settings settings, KubernetesStore store) {
        return new ModeCap(settings.modeCap(), store::brake);
    }

    @Bean
    ProfileSink profileSink(KubernetesStore store) {
        return store.sink();
    }

    @Bean
    Awaited awaited(KubernetesStore store) {
        return store::unsynced;
    }

    @Bean
    Source source(KubernetesStore store) {
        return new Source() {
            @Override
            public boolean synced() {
                return store.unsynced().isEmpty();
            }

            @Override
            public Duration age() {
                return store.ages().values().stream()
                        .max(Comparator.naturalOrder())
                        .orElse(Duration.ZERO);
            }

            @Override
            public Brake brake() {
                return store.brake();
            }
        };
    }

    @Bean
    Archive archive(KubernetesStore store) {
        return store::eachHistory;
    }

    @Bean
    StoreMeasures storeMeasures(KubernetesStore store) {
        return new StoreMeasures(store);
    }
}
