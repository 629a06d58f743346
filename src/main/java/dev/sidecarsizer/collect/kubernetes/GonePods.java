package dev.sidecarsizer.collect.kubernetes;

import dev.sidecarsizer.collect.Pods.Known;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Pods that are deleted, for as long as a window of theirs may still be read, and no more than {@value #MOST}: about
 * 5 MiB. Where more go at once the first are forgotten first.
 */
final class GonePods {

    static final int MOST = 10_000;

    private final Duration keep;
    private final InstantSource clock;
    /** The one that is gone the longest comes first. */
    private final Map<String, Gone> pods = new LinkedHashMap<>();

    /**
     * @param keep how long each is remembered
     */
    GonePods(Duration keep, InstantSource clock) {
        this.keep = keep;
        this.clock = clock;
    }

    synchronized void add(String key, Known last) {
        pods.remove(key);
        pods.put(key, new Gone(last, clock.instant().plus(keep)));
        prune();
    }

    /** A pod of that name lives: the one before is no longer meant by it. */
    synchronized void replaced(String key) {
        pods.remove(key);
        prune();
    }

    synchronized Known find(String key) {
        Gone gone = pods.get(key);
        return gone == null ? new Known.Unknown() : gone.last();
    }

    synchronized int size() {
        return pods.size();
    }

    private void prune() {
        Instant now = clock.instant();
        Iterator<Gone> oldest = pods.values().iterator();
        while (oldest.hasNext() && (!oldest.next().until().isAfter(now) || pods.size() > MOST)) {
            oldest.remove();
        }
    }

    /** What was known last, and until when it is remembered. */
    private record Gone(Known last, Instant until) {}
}
