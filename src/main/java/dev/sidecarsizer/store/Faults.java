package dev.sidecarsizer.store;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The objects of one kind that are not used, each counted while it stays so. Logged is only what is new: a profile is
 * updated at each write of our own journal.
 */
final class Faults {

    private static final Logger LOG = LoggerFactory.getLogger(Faults.class);
    private static final int LOGGED = 20;

    private final String kind;
    private final Map<String, String> faulty = new ConcurrentHashMap<>();

    Faults(String kind) {
        this.kind = kind;
    }

    /** Notes what became of an object: {@code null} that it is sound. */
    void note(String path, @Nullable String fault) {
        if (fault == null) {
            faulty.remove(path);
            return;
        }
        String before = faulty.put(path, fault);
        if (fault.equals(before)) {
            return;
        }
        if (faulty.size() <= LOGGED) {
            LOG.warn("{} {} is not used: {}", kind, path, fault);
        } else if (before == null && faulty.size() == LOGGED + 1) {
            LOG.warn(
                    "{} {} is not used: {} (more than {} are faulty: further ones are only counted)",
                    kind,
                    path,
                    fault,
                    LOGGED);
        }
    }

    void forget(String path) {
        faulty.remove(path);
    }

    int count() {
        return faulty.size();
    }
}
