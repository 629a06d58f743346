package dev.sidecarsizer.profile.history;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.PodName;
import java.time.Duration;
import java.time.Instant;

/** Windows of an hour, and the times they end at. */
final class Windows {

    static final Duration LENGTH = Duration.ofHours(1);
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private Windows() {}

    static PodName pod(int number) {
        return new PodName("shop", "reviews-" + number);
    }

    static Instant hour(int hour) {
        return START.plus(LENGTH.multipliedBy(hour));
    }

    static Instant noon(int day) {
        return hour(24 * day + 12);
    }

    static PodWindow of(int pod, Instant end, double mebibytes, int samples) {
        Bytes bytes = new Bytes(Math.round(mebibytes * 1024) * 1024);
        return new PodWindow(pod(pod), end, LENGTH, bytes, bytes, samples);
    }
}
