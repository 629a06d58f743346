package dev.sidecarsizer.collect;

import dev.sidecarsizer.guard.Fuse;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A fuse in memory, whose word cannot be written the first time. */
final class FakeFuse implements Fuse {

    volatile @Nullable String blown;
    private volatile boolean asked;

    @Override
    public boolean isBlown() {
        return blown != null;
    }

    @Override
    public Instant mended() {
        return Instant.EPOCH;
    }

    @Override
    public void blow(String why) {
        if (!asked) {
            asked = true;
            throw new IllegalStateException("a fault that a test made");
        }
        blown = why;
    }
}
