package dev.sidecarsizer.install;

import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waiting for what another process does in its own time. */
public final class Pause {

    private Pause() {}

    public static void ofMillis(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /**
     * Looks again and again until it is so.
     *
     * @param what for the complaint when it does not come
     */
    public static void until(String what, Duration patience, BooleanSupplier isSo) {
        until(() -> what, patience, isSo);
    }

    /**
     * Looks again and again until it is so.
     *
     * @param what for the complaint when it does not come, asked then
     */
    static void until(Supplier<String> what, Duration patience, BooleanSupplier isSo) {
        Instant deadline = Instant.now().plus(patience);
        while (!isSo.getAsBoolean()) {
            if (Instant.now().isAfter(deadline)) {
                throw new IllegalStateException("waited " + patience.toSeconds() + " s in vain: " + what.get());
            }
            ofMillis(100);
        }
    }
}
