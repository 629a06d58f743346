package dev.sidecarsizer.patch;

import dev.sidecarsizer.mesh.Container;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * When a proxy closes idle connections: {@code ISTIO_META_IDLE_TIMEOUT}, which istiod puts into the listeners of that
 * proxy, HTTP and raw TCP alike. A database pool would be cut too, so it is written only where that is known to be no
 * harm.
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
        /** The owner set one already, through Istio. */
        OWNER_ENV,
        /** Neither profile nor policy asks for one. */
        NOT_ASKED,
        /** The workload may serve or call raw TCP, and the policy does not allow to cut that. */
        RAW_TCP
    }

    /**
     * Outcome and value.
     *
     * @param value the timeout; {@code null} where none is written
     */
    record Choice(Outcome outcome, @Nullable Duration value) {}

    /**
     * Chooses, the owner's word before all others.
     *
     * @param owner the owner's annotation; {@code null} where it says nothing
     * @param http what profile or policy ask for; {@code null} where they ask for nothing
     * @param tcp what the policy allows for raw TCP; {@code null} for never
     * @param noRawTcp whether the workload is known to serve and call no raw TCP
     */
    static Choice choose(
            Container proxy,
            boolean ownerOff,
            @Nullable Duration owner,
            @Nullable Duration http,
            @Nullable Duration tcp,
            boolean noRawTcp) {
        if (ownerOff) {
            return new Choice(Outcome.OWNER_OFF, null);
        }
        Choice choice = choose(owner, http, tcp, noRawTcp);
        boolean another = proxy.env(ENV)
                .filter(set -> choice.value() == null
                        || !text(choice.value()).equals(set.path("value").asString("")))
                .isPresent();
        return another ? new Choice(Outcome.OWNER_ENV, null) : choice;
    }

    private static Choice choose(
            @Nullable Duration owner, @Nullable Duration http, @Nullable Duration tcp, boolean noRawTcp) {
        if (owner != null) {
            return new Choice(Outcome.SET, owner);
        }
        if (http == null) {
            return new Choice(Outcome.NOT_ASKED, null);
        }
        if (noRawTcp) {
            return new Choice(Outcome.SET, http);
        }
        // One variable rules both, so the longer of the two is the one that harms neither.
        return tcp == null
                ? new Choice(Outcome.RAW_TCP, null)
                : new Choice(Outcome.SET, tcp.compareTo(http) > 0 ? tcp : http);
    }

    static void write(Container proxy, Duration value, JsonEdit edit) {
        edit.append(
                proxy.pointer(),
                "env",
                JsonMapper.shared().createObjectNode().put("name", ENV).put("value", text(value)));
    }

    private static String text(Duration value) {
        return value.toSeconds() + "s";
    }
}
