package dev.sidecarsizer.config;

import dev.sidecarsizer.collect.Setting;
import dev.sidecarsizer.mesh.Mode;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What can be set. Each setting is told in {@code docs/configuration.md}.
 *
 * @param modeCap how far the installation may go, whatever namespaces ask for
 * @param namespace our own namespace, whose policies and priors are the mesh's
 * @param profiles where profiles are, in the profile {@code local}
 * @param tls where the certificate is
 * @param audit how decisions are kept
 * @param safetyNet what is done while we do not answer
 * @param oomLoop what is done for pods that are killed again and again, or refuse traffic
 * @param shutdown how we go
 */
@ConfigurationProperties("sidecar-sizer")
public record Settings(
        @DefaultValue("enforce") Mode modeCap,
        @DefaultValue("sidecar-sizer-system") String namespace,
        @DefaultValue Profiles profiles,
        @DefaultValue Tls tls,
        @DefaultValue Audit audit,
        @DefaultValue SafetyNet safetyNet,
        @DefaultValue OomLoop oomLoop,
        @DefaultValue Shutdown shutdown) {

    private static final Duration LONGEST_DRAIN = Duration.ofMinutes(5);
    private static final Duration LEAST_INTERVAL = Duration.ofMillis(100);
    private static final Duration LONGEST_INTERVAL = Duration.ofHours(1);

    public Settings {
        if (!namespace.matches("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")) {
            throw new IllegalArgumentException("sidecar-sizer.namespace \"" + namespace
                    + "\": must be the name of a namespace, for example sidecar-sizer-system");
        }
    }

    /**
     * A folder in place of a cluster.
     *
     * @param directory folder of YAML with SidecarProfiles and SidecarPolicies; {@code null} for none
     */
    public record Profiles(@Nullable Path directory) {}

    /**
     * The server's certificate.
     *
     * @param directory folder with {@code tls.crt}, {@code tls.key} and, for its expiry, {@code ca.crt}
     */
    public record Tls(@DefaultValue("/etc/sidecar-sizer/tls") Path directory) {}

    /**
     * The record of decisions.
     *
     * @param writeInterval least time between two writes into one workload's profile
     * @param page whether there is a page of it
     */
    public record Audit(@DefaultValue("60s") Duration writeInterval, @DefaultValue("true") boolean page) {
        public Audit {
            Setting.between(
                    "sidecar-sizer.audit.write-interval", writeInterval, LEAST_INTERVAL, LONGEST_INTERVAL, "60s");
        }
    }

    /**
     * What the API server does while we do not answer.
     *
     * @param enabled whether it is told what was decided last; its policy must be installed
     */
    public record SafetyNet(@DefaultValue("false") boolean enabled) {}

    /**
     * Running pods that are killed again and again, or refuse traffic.
     *
     * @param actionsPerMinute how many resizes and evictions are asked for in the whole mesh
     */
    public record OomLoop(@DefaultValue("6") int actionsPerMinute) {
        public OomLoop {
            Setting.between("sidecar-sizer.oom-loop.actions-per-minute", actionsPerMinute, 0, 600, 6);
        }
    }

    /**
     * The end.
     *
     * @param drain how long to serve on after readiness was taken back
     */
    public record Shutdown(@DefaultValue("15s") Duration drain) {
        public Shutdown {
            Setting.between("sidecar-sizer.shutdown.drain", drain, Duration.ZERO, LONGEST_DRAIN, "15s");
        }
    }
}
