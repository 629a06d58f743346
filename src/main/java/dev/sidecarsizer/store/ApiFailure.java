package dev.sidecarsizer.store;

import dev.sidecarsizer.profile.ProfileSink.Refused;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Set;

/** What a failed write to the API server means for whoever wanted it. */
final class ApiFailure {

    static final int FORBIDDEN = 403;
    static final int NOT_FOUND = 404;
    static final int CONFLICT = 409;
    private static final int SERVER_ERROR = 500;
    /** Malformed, namespace or kind gone, too large, against the schema. A right that is missing may still be granted. */
    private static final Set<Integer> FOR_GOOD = Set.of(400, NOT_FOUND, 413, 422);

    private ApiFailure() {}

    /** {@link Refused} where trying again is of no use, else {@code failed} itself. */
    static RuntimeException of(KubernetesClientException failed) {
        return FOR_GOOD.contains(failed.getCode()) ? new Refused(why(failed), failed) : failed;
    }

    /** Whether a write may have been done all the same: the connection ended, or the API server gave up waiting. */
    static boolean isUnanswered(KubernetesClientException failure) {
        return failure.getCode() <= 0 || failure.getCode() >= SERVER_ERROR;
    }

    /** What the API server said, without the client's words around it. */
    static String why(KubernetesClientException refused) {
        String said = refused.getStatus() == null ? null : refused.getStatus().getMessage();
        return refused.getCode() + ": " + Reading.line(said == null ? String.valueOf(refused.getMessage()) : said);
    }
}
