package dev.sidecarsizer.patch;

import dev.sidecarsizer.mesh.Container;
import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.ProxyConfig;
import dev.sidecarsizer.sizing.OwnerWord;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * When a proxy closes idle connections.
 *
 * <p>From Istio 1.31 on HTTP has a setting of its own, in {@link ConnectionSettings}. {@code ISTIO_META_IDLE_TIMEOUT}, which
 * istiod puts into all listeners of that proxy, rules HTTP and raw TCP alike: a database pool would be cut too. So it is
 * written only where the owner says so, where the policy has a word for raw TCP, or, for older proxies, where the workload
 * is known to have none.
 *
 * <p>A setting that is there already, the owner's or the mesh's, stays, but for the owner's annotation, which is the more
 * specific word: it is written over both, since for HTTP the setting of its own goes before the variable. Where it cannot be,
 * the setting stays too. Where the pod's own {@code proxy.istio.io/config} has {@code connectionSettings}, none of ours would
 * come through: the proxy counts as an older one.
 */
final class IdleTimeout {

    private static final String ENV = "ISTIO_META_IDLE_TIMEOUT";

    private IdleTimeout() {}

    /** What becomes of the idle timeout, and in one word why. */
    enum Outcome {
        /** Written. */
        SET,
        /** The owner's annotation {@code sidecar-sizer.dev/idle-timeout: none}. */
        OWNER_OFF,
        /** One was set already through Istio, by the owner or for the mesh, and no annotation of the owner's says another. */
        OWNER_ENV,
        /** Neither profile nor policy asks for one. */
        NOT_ASKED,
        /** The workload may serve or call raw TCP, and the policy does not allow to cut that. */
        RAW_TCP
    }

    /**
     * Outcome and values.
     *
     * @param all of HTTP and raw TCP; {@code null} where none is written
     * @param http of HTTP alone, whatever {@code all} says; {@code null} where none is written
     */
    record Choice(Outcome outcome, @Nullable Duration all, @Nullable Duration http) {

        private static Choice none(Outcome outcome) {
            return new Choice(outcome, null, null);
        }
    }

    /**
     * Chooses, the owner's word before all others.
     *
     * @param settings of the proxy's own configuration; empty where it has none that it knows
     * @param http what profile or policy ask for; {@code null} where they ask for nothing
     * @param tcp what the policy allows for raw TCP; {@code null} for never
     * @param noRawTcp whether the workload is known to serve and call no raw TCP
     */
    static Choice choose(
            Pod pod,
            Container proxy,
            Optional<ConnectionSettings> settings,
            OwnerWord owner,
            @Nullable Duration http,
            @Nullable Duration tcp,
            boolean noRawTcp) {
        if (owner.idleTimeoutOff()) {
            return Choice.none(Outcome.OWNER_OFF);
        }
        Optional<String> ofHttp = settings.flatMap(ConnectionSettings::httpIdleTimeout);
        boolean replaced = ProxyConfig.setsConnections(pod);
        // what we would add to them never reaches istiod
        boolean lost = replaced && ofHttp.isEmpty();
        Duration told = owner.idleTimeout();
        Choice choice = told == null
                ? choose(http, tcp, noRawTcp, settings.isPresent() && !lost)
                : new Choice(Outcome.SET, told, ofHttp.isPresent() ? told : null);
        boolean another = proxy.env(ENV)
                        .filter(set -> !text(choice.all())
                                .equals(Optional.of(set.path("value").asString(""))))
                        .isPresent()
                || ofHttp.filter(set -> !text(choice.http()).equals(Optional.of(set)))
                        .isPresent();
        boolean stays =
                proxy.env(ENV).filter(set -> set.hasNonNull("valueFrom")).isPresent()
                        || (replaced && ofHttp.isPresent());
        return another && (told == null || stays) ? Choice.none(Outcome.OWNER_ENV) : choice;
    }

    private static Choice choose(@Nullable Duration http, @Nullable Duration tcp, boolean noRawTcp, boolean toldApart) {
        if (http == null) {
            return Choice.none(Outcome.NOT_ASKED);
        }
        if (toldApart) {
            return new Choice(Outcome.SET, tcp, http);
        }
        if (noRawTcp) {
            return new Choice(Outcome.SET, http, null);
        }
        // One variable rules both, so the longer of the two is the one that harms neither.
        return tcp == null
                ? Choice.none(Outcome.RAW_TCP)
                : new Choice(Outcome.SET, tcp.compareTo(http) > 0 ? tcp : http, null);
    }

    /** Writes what rules all; what rules HTTP alone is one of the {@link ConnectionSettings}. */
    static void write(Container proxy, Choice choice, JsonEdit edit) {
        text(choice.all()).ifPresent(all -> proxy.envPointer(ENV)
                .ifPresentOrElse(
                        there -> edit.set(there, "value", all),
                        () -> edit.append(
                                proxy.pointer(),
                                "env",
                                JsonMapper.shared()
                                        .createObjectNode()
                                        .put("name", ENV)
                                        .put("value", all))));
    }

    /** As Istio writes it: {@code 300s}. */
    static Optional<String> text(@Nullable Duration value) {
        return Optional.ofNullable(value).map(timeout -> timeout.toSeconds() + "s");
    }
}
