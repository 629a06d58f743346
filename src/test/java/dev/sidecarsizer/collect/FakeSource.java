package dev.sidecarsizer.collect;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.profile.ProxyFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Usage as a test says it was, from a source that fails when the test wants it to. */
final class FakeSource implements UsageSource {

    static final Duration WINDOW = Duration.ofHours(1);

    /** From when on it remembers; {@code null} for a source without a past. */
    @Nullable
    Instant since = Instant.EPOCH;

    final NavigableMap<Instant, List<Seen>> windows = new ConcurrentSkipListMap<>();
    final Map<PodName, ProxyFacts> present = new ConcurrentHashMap<>();
    final List<Kill> kills = new CopyOnWriteArrayList<>();
    /** What each of the next readings fails with, after the windows were given. */
    final Queue<RuntimeException> failures = new ConcurrentLinkedQueue<>();

    /** The same of readings of the past, and whose past was read. */
    final Queue<RuntimeException> pastFailures = new ConcurrentLinkedQueue<>();

    /** Namespaces whose past cannot be read. */
    final Set<String> unreadable = ConcurrentHashMap.newKeySet();

    /** What each question for kills fails with. */
    volatile @Nullable RuntimeException killsFail;

    /** Is told of each window before it is given. */
    volatile Consumer<Instant> atWindow = end -> {};

    final List<Set<String>> pasts = new CopyOnWriteArrayList<>();
    final AtomicLong reads = new AtomicLong();
    /** How often the present was read. */
    final AtomicLong presents = new AtomicLong();

    /** What each reading of the present fails with. */
    volatile @Nullable RuntimeException presentFails;

    final Set<PodName> closing = ConcurrentHashMap.newKeySet();
    /** How often it was asked who is closing. */
    final AtomicLong glances = new AtomicLong();

    volatile @Nullable Thread reader;
    volatile boolean closed;

    @Override
    public Duration window() {
        return WINDOW;
    }

    @Override
    public Instant oldest(Instant now) {
        return since == null ? now : since;
    }

    @Override
    public void read(Instant after, Instant until, Windows into) {
        reader = Thread.currentThread();
        reads.incrementAndGet();
        windows.subMap(after, false, until, true).forEach((end, seen) -> {
            atWindow.accept(end);
            into.take(end, seen);
        });
        RuntimeException failure = failures.poll();
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public void readPast(Set<String> namespaces, Instant through, Instant now, Windows into) {
        pasts.add(namespaces);
        if (!Collections.disjoint(namespaces, unreadable)) {
            throw new SourceFailed("too much", false);
        }
        windows.subMap(Objects.requireNonNull(since), false, through, true)
                .forEach((end, seen) -> into.take(
                        end,
                        seen.stream()
                                .filter(one ->
                                        namespaces.contains(one.window().pod().namespace()))
                                .toList()));
        RuntimeException failure = pastFailures.poll();
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public Set<PodName> closing(Instant at) {
        glances.incrementAndGet();
        return Set.copyOf(closing);
    }

    @Override
    public Map<PodName, Now> now(Instant at) {
        presents.incrementAndGet();
        RuntimeException failure = presentFails;
        if (failure != null) {
            throw failure;
        }
        return present.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, one -> new Now(Bytes.mebi(100), one.getValue(), at.minus(WINDOW), at)));
    }

    @Override
    public List<Kill> kills(Instant after, Instant until) {
        RuntimeException failure = killsFail;
        if (failure != null) {
            throw failure;
        }
        return kills.stream()
                .filter(kill -> kill.at().isAfter(after) && !kill.at().isAfter(until))
                .toList();
    }
}
