package dev.sidecarsizer.config;

import dev.sidecarsizer.audit.board.Board;
import dev.sidecarsizer.audit.page.Source;
import dev.sidecarsizer.audit.whatif.Archive;
import dev.sidecarsizer.guard.Brake;
import dev.sidecarsizer.profile.ProfileSink;
import dev.sidecarsizer.profile.Profiles;
import dev.sidecarsizer.sizing.Policies;
import dev.sidecarsizer.sizing.Surroundings;
import dev.sidecarsizer.store.FolderStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.ssl.SslBundleRegistrar;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;

/** The ports served from a folder, with no cluster at all. */
@Configuration(proxyBeanMethods = false)
@Profile("local")
class Folder {

    private static final Logger LOG = LoggerFactory.getLogger(Folder.class);

    @Bean
    FolderStore folderStore(Settings settings, Board board) {
        Path directory = settings.profiles().directory();
        if (directory == null) {
            throw new UnusableSetting("sidecar-sizer.profiles.directory is not set: the profile local reads"
                    + " SidecarProfiles and SidecarPolicies from a folder of YAML; name one");
        }
        try {
            FolderStore store = FolderStore.read(directory, settings.namespace(), LOG::warn);
            if (settings.audit().page()) {
                store.stored().forEach(board::sees);
            }
            return store;
        } catch (IllegalArgumentException unreadable) {
            throw new UnusableSetting(unreadable.getMessage());
        }
    }

    @Bean
    Profiles profiles(FolderStore store) {
        return store.profiles();
    }

    @Bean
    Policies policies(FolderStore store) {
        return store.policies();
    }

    @Bean
    Surroundings.Source surroundings(FolderStore store) {
        return store.surroundings();
    }

    @Bean
    ModeCap modeCap(Settings settings, FolderStore store) {
        return new ModeCap(settings.modeCap(), store::brake);
    }

    @Bean
    ProfileSink profileSink(FolderStore store) {
        return store.sink();
    }

    @Bean
    Awaited awaited() {
        return List::of;
    }

    /** The folder was read once, and nothing changes it. */
    @Bean
    Source source(FolderStore store) {
        return new Source() {
            @Override
            public boolean synced() {
                return true;
            }

            @Override
            public Duration age() {
                return Duration.ZERO;
            }

            @Override
            public Brake brake() {
                return store.brake();
            }
        };
    }

    @Bean
    Archive archive(FolderStore store) {
        return store::eachHistory;
    }

    @Bean
    SslBundleRegistrar localCertificate() {
        return registry -> registry.registerBundle(Tls.BUNDLE, LocalCertificate.make());
    }
}
