package dev.sidecarsizer.audit.page;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who comes in: whoever calls from the pod's own loopback, as {@code kubectl port-forward} does, and means it.
 *
 * <p>Exactly 127.0.0.1 and ::1, not all of the loopback net: an Istio proxy beside us hands on strangers' requests from
 * 127.0.0.6 and ::6. The {@code Host} must be a name of loopback too: a page of a stranger whose name was made to point
 * there would be let in by a browser otherwise.
 */
final class Access {

    private static final Set<String> PEERS = Set.of("127.0.0.1", "0:0:0:0:0:0:0:1", "::1");
    private static final Set<String> OURS = Set.of("same-origin", "none");
    private static final Pattern HOST = Pattern.compile("(localhost|127\\.0\\.0\\.1|\\[::1])(:[0-9]{1,5})?");

    private Access() {}

    /**
     * Whether data may be worked out for a request: whatever page of a stranger is open in the same browser could ask for
     * it, though it would not see the answer.
     *
     * @param site the {@code Sec-Fetch-Site} header, which browsers send and scripts cannot set
     */
    static boolean isAskedByUs(@Nullable String site) {
        return site == null || OURS.contains(site);
    }

    /**
     * Whether a request may see the page.
     *
     * @param peer address that the connection comes from
     * @param host the {@code Host} header
     */
    static boolean isAllowed(String peer, @Nullable String host) {
        return PEERS.contains(peer)
                && host != null
                && HOST.matcher(host.toLowerCase(Locale.ROOT)).matches();
    }
}
