package dev.sidecarsizer.store;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.MemoryProfile;
import dev.sidecarsizer.profile.MemoryProfile.Proxy;
import dev.sidecarsizer.profile.MemoryProfile.Standing;
import dev.sidecarsizer.profile.Rollout;
import dev.sidecarsizer.profile.Subject;
import dev.sidecarsizer.profile.Verdict;
import dev.sidecarsizer.profile.Verdict.Raise;
import dev.sidecarsizer.profile.Verdict.Withdraw;
import dev.sidecarsizer.store.Typed.Unreadable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stored {@code SidecarProfile}. What it says of memory is believed only within 16Mi to 1Ti; a profile beyond
 * that is kept with its fault, so that the decision can name it.
 */
final class ProfileReader {

    private static final Duration SHORTEST_IDLE = Duration.ofSeconds(1);
    private static final Duration LONGEST_IDLE = Duration.ofHours(24);
    private static final Duration LONGEST_RAN = Duration.ofHours(999_999);
    private static final int LONGEST_VERSION = 128;
    private static final int LONGEST_IMAGE = 1024;
    private static final int MOST_THREADS = 4096;

    private final String ownNamespace;

    /** @param ownNamespace the namespace in which a prior of the mesh counts */
    ProfileReader(String ownNamespace) {
        this.ownNamespace = ownNamespace;
    }

    /** A profile and what it speaks for. */
    record Read(Subject subject, MemoryProfile profile) {}

    /**
     * @throws Unreadable where it cannot be told what the profile speaks for; any other fault is in the profile
     */
    Read read(StoredObject object) throws Unreadable {
        SidecarProfile.Spec spec = Typed.of("spec", object.body().get("spec"), SidecarProfile.Spec.class);
        if (spec == null) {
            throw new Unreadable("spec: is missing; name scope or workload");
        }
        return new Read(subject(object.namespace(), spec), profile(object, spec.concurrency()));
    }

    /**
     * What an object of {@code namespace} with this spec speaks for.
     *
     * @throws Unreadable where that cannot be told
     */
    Subject subject(String namespace, SidecarProfile.Spec spec) throws Unreadable {
        switch (Objects.requireNonNullElse(spec.scope(), "Workload")) {
            case "Workload" -> {
                return new Subject.OfWorkload(
                        workload(namespace, spec.workload()), intern(spec.revision()), concurrency(spec.concurrency()));
            }
            case "Namespace" -> {
                return new Subject.OfNamespace(namespace.intern());
            }
            case "Mesh" -> {
                if (!namespace.equals(ownNamespace)) {
                    throw new Unreadable("spec.scope \"Mesh\": counts only in namespace " + ownNamespace
                            + "; move the profile there, or write Namespace");
                }
                return new Subject.OfMesh();
            }
            default ->
                throw new Unreadable("spec.scope " + Reading.shown(String.valueOf(spec.scope()))
                        + ": must be Workload, Namespace or Mesh");
        }
    }

    private static @Nullable Integer concurrency(@Nullable Integer threads) throws Unreadable {
        if (threads != null && (threads < 1 || threads > MOST_THREADS)) {
            throw new Unreadable("spec.concurrency " + threads + ": must be from 1 to " + MOST_THREADS
                    + ", for example 2; leave it out for any number");
        }
        return threads;
    }

    private static WorkloadKey workload(String namespace, SidecarProfile.@Nullable Workload workload)
            throws Unreadable {
        if (workload == null || workload.apiVersion() == null || workload.kind() == null || workload.name() == null) {
            throw new Unreadable("spec.workload: must name apiVersion, kind and name, for example apps/v1, Deployment"
                    + " and reviews");
        }
        WorkloadKey key = WorkloadKey.of(namespace, workload.apiVersion(), workload.kind(), workload.name());
        return new WorkloadKey(
                key.namespace().intern(), key.group().intern(), key.kind().intern(), key.name());
    }

    private static MemoryProfile profile(StoredObject object, @Nullable Integer concurrency) {
        Reading reading = new Reading();
        SidecarProfile.Status status = null;
        try {
            status = Typed.of("status", object.body().get("status"), SidecarProfile.Status.class);
        } catch (Unreadable wrong) {
            reading.fault(String.valueOf(wrong.getMessage()));
        }
        return new MemoryProfile(
                object.path(),
                object.resourceVersion(),
                standing(status == null ? null : status.conditions()),
                recommendation(reading, status == null ? null : status.recommendation()),
                observed(reading, status == null ? null : status.observed()),
                proxy(reading, concurrency, status),
                verdict(reading, status == null ? null : status.guard()),
                running(reading, status == null ? null : status.running()),
                rollout(reading, status == null ? null : status.rollout()),
                reading.fault());
    }

    private static MemoryProfile.@Nullable Recommendation recommendation(
            Reading reading, SidecarProfile.@Nullable Recommendation stored) {
        if (stored == null) {
            return null;
        }
        String at = "status.recommendation";
        Bytes request = reading.memory(at + ".memoryRequest", stored.memoryRequest(), Reading.LEAST_MEMORY, "96Mi");
        Bytes limit = reading.memory(at + ".memoryLimit", stored.memoryLimit(), Reading.LEAST_MEMORY, "192Mi");
        Duration idle =
                reading.duration(at + ".idleTimeout", stored.idleTimeout(), SHORTEST_IDLE, LONGEST_IDLE, "300s");
        if (request == null || limit == null) {
            reading.fault(at + ": must have both memoryRequest and memoryLimit, for example 96Mi and 192Mi");
            return null;
        }
        if (request.isMore(limit)) {
            reading.fault(at + ".memoryRequest " + request + ": must not be above memoryLimit " + limit
                    + "; lower the one or raise the other");
            return null;
        }
        return new MemoryProfile.Recommendation(request, limit, idle);
    }

    private static MemoryProfile.Observed observed(Reading reading, SidecarProfile.@Nullable Observed stored) {
        if (stored == null) {
            return MemoryProfile.Observed.NOTHING;
        }
        String at = "status.observed.";
        reading.memory(at + "p50", stored.p50(), Bytes.ZERO, "61Mi");
        reading.memory(at + "p90", stored.p90(), Bytes.ZERO, "78Mi");
        reading.memory(at + "p99", stored.p99(), Bytes.ZERO, "120Mi");
        return new MemoryProfile.Observed(
                stored.days() == null ? null : reading.count(at + "days", stored.days()),
                reading.memory(at + "peak", stored.peak(), Bytes.ZERO, "151Mi"),
                reading.memory(at + "live", stored.live(), Bytes.ZERO, "66Mi"),
                reading.count(at + "oomKills", stored.oomKills()),
                reading.memory(at + "oomLimit", stored.oomLimit(), Bytes.ZERO, "128Mi"));
    }

    /** What the profile is about goes before what was seen; no worker threads are no number of them. */
    private static Proxy proxy(Reading reading, @Nullable Integer concurrency, SidecarProfile.@Nullable Status status) {
        SidecarProfile.Facts facts = status == null ? null : status.facts();
        Bytes allocated = Bytes.orNull(facts == null ? null : facts.allocated());
        SidecarProfile.Proxy stored = status == null ? null : status.proxy();
        if (stored == null) {
            return new Proxy(null, null, concurrency, null, allocated);
        }
        int seen = reading.count("status.proxy.concurrency", stored.concurrency());
        return new Proxy(
                word(reading, "status.proxy.version", stored.version(), LONGEST_VERSION),
                word(reading, "status.proxy.image", stored.image(), LONGEST_IMAGE),
                concurrency != null ? concurrency : seen == 0 ? null : (Integer) seen,
                stored.rawTcp(),
                allocated);
    }

    /** A verdict that we do not know is a later version's, and has no say here. */
    private static Verdict verdict(Reading reading, SidecarProfile.@Nullable Guard stored) {
        String word = stored == null ? null : stored.verdict();
        if (stored == null || !("Withdraw".equals(word) || "Raise".equals(word))) {
            return Verdict.FINE;
        }
        String at = "status.guard.";
        Instant since = reading.time(at + "since", stored.since());
        Instant until = reading.time(at + "until", stored.until());
        int times = reading.count(at + "times", stored.times());
        String why = Reading.line(Objects.requireNonNullElse(stored.message(), ""));
        if ("Withdraw".equals(word)) {
            return new Withdraw(since, until, times, why);
        }
        Bytes limit = reading.memory(at + "memoryLimit", stored.memoryLimit(), Reading.LEAST_MEMORY, "288Mi");
        return limit == null ? Verdict.FINE : new Raise(since, until, times, limit, why);
    }

    private static int running(Reading reading, SidecarProfile.@Nullable Running stored) {
        String at = "status.running.";
        return stored == null
                ? 0
                : reading.count(at + "sized", stored.sized())
                        + reading.count(at + "kept", stored.kept())
                        + reading.count(at + "missed", stored.missed())
                        + reading.count(at + "earlier", stored.earlier());
    }

    private static @Nullable Rollout rollout(Reading reading, SidecarProfile.@Nullable Rollout stored) {
        if (stored == null) {
            return null;
        }
        String at = "status.rollout.";
        return new Rollout(
                reading.count(at + "percent", stored.percent()),
                reading.time(at + "since", stored.since()),
                Objects.requireNonNullElse(
                        reading.duration(at + "ran", stored.ran(), Duration.ZERO, LONGEST_RAN, "13h"), Duration.ZERO),
                Boolean.TRUE.equals(stored.complete()));
    }

    private static @Nullable String word(Reading reading, String field, @Nullable String text, int longest) {
        if (text != null && text.length() > longest) {
            reading.fault(field + ": has " + text.length() + " characters, must have at most " + longest);
            return null;
        }
        return intern(text);
    }

    /** Stale goes before Ready: a profile that was ready once and is not fed any more must not be trusted. */
    static Standing standing(@Nullable List<SidecarProfile.@Nullable Condition> conditions) {
        if (is(conditions, "Stale", "true")) {
            return Standing.STALE;
        }
        if (is(conditions, "Ready", "true")) {
            return Standing.READY;
        }
        return is(conditions, "Learning", "true") || is(conditions, "Ready", "false")
                ? Standing.LEARNING
                : Standing.UNKNOWN;
    }

    private static boolean is(
            @Nullable List<SidecarProfile.@Nullable Condition> conditions, String type, String status) {
        return conditions != null
                && conditions.stream()
                        .anyMatch(one -> one != null
                                && type.equals(one.type())
                                && status.equalsIgnoreCase(Objects.requireNonNullElse(one.status(), "")));
    }

    /** Few different ones, each held by thousands of profiles. */
    private static @Nullable String intern(@Nullable String text) {
        return text == null ? null : text.intern();
    }
}
