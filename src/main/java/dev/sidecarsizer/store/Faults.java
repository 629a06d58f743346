package dev.sidecarsizer.store;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The objects of one kind that are not used, each logged when it is found and counted while it stays so. */
final class Faults {

    private static final Logger LOG = LoggerFactory.getLogger(Faults.class);
    private static final int LOGGED = 20;

    private final String kind;
    private final Set<String> faulty = ConcurrentHashMap.newKeySet();

    Faults(String kind) {
        this.kind = kind;
    }

    /** Notes what became of an object: {@code null} that it is sound. */
    void note(String path, @Nullable String fault) {
        if (fault == null) {
            faulty.remove(path);
            return;
        }
        faulty.add(path);
        if (faulty.size() <= LOGGED) {
            LOG.warn("{} {} is not used: {}", kind, path, fault);
        } else if (faulty.size() == LOGGED + 1) {
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
