package dev.sidecarsizer.store;

import dev.sidecarsizer.guard.Brake;
import dev.sidecarsizer.store.Typed.Unreadable;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The brake, as one ConfigMap of our own namespace says; released while there is none. */
final class RememberedBrake implements Remembered {

    private static final Logger LOG = LoggerFactory.getLogger(RememberedBrake.class);

    private final Faults faults = new Faults("ConfigMap");
    private final String path;
    private volatile boolean there;
    private volatile Brake brake = Brake.RELEASED;
    private volatile Instant mended = Instant.EPOCH;

    RememberedBrake(String ownNamespace) {
        path = ownNamespace + "/" + Brake.NAME;
    }

    /** As it was last seen. */
    Brake now() {
        return brake;
    }

    /** When the breaker's word was seen to go; the epoch where it never was. */
    Instant mended() {
        return mended;
    }

    @Override
    public void remember(StoredObject object) {
        if (object.path().equals(path)) {
            there = true;
            become(read(object));
        }
    }

    @Override
    public void forget(String gone) {
        if (gone.equals(path)) {
            there = false;
            become(Brake.RELEASED);
        }
    }

    int size() {
        return there ? 1 : 0;
    }

    Faults faults() {
        return faults;
    }

    private static Brake read(StoredObject object) {
        try {
            Data body = Typed.of("ConfigMap", object.body(), Data.class);
            return Brake.of(body == null || body.data() == null ? Map.of() : body.data());
        } catch (Unreadable wrong) {
            return Brake.unreadable(String.valueOf(wrong.getMessage()));
        }
    }

    private void become(Brake now) {
        Brake before = brake;
        brake = now;
        if (before.breaker() != null && now.breaker() == null) {
            mended = Instant.now();
            LOG.warn("the breaker is mended: {}", before.breaker());
        } else if (now.breaker() != null && before.breaker() == null) {
            LOG.warn("the breaker holds all sizing at audit: {}", now.breaker());
        }
        faults.note(path, now.fault());
        if (now.cap() != before.cap()) {
            LOG.warn("brake: the installation goes as far as {}, no longer {}", now.cap(), before.cap());
        }
    }

    /** What is in a ConfigMap, as far as it is text. */
    private record Data(@Nullable Map<String, String> data) {}
}
