package dev.sidecarsizer.collect.kubernetes;

import dev.sidecarsizer.collect.BudgetOfPod;
import dev.sidecarsizer.collect.LivePod;
import dev.sidecarsizer.collect.LivePod.Health;
import dev.sidecarsizer.collect.LivePod.Sizing;
import dev.sidecarsizer.collect.Shared;
import dev.sidecarsizer.collect.oom.OomKills;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Concurrency;
import dev.sidecarsizer.mesh.EmbeddedJson;
import dev.sidecarsizer.mesh.MalformedPod;
import dev.sidecarsizer.mesh.Ownership;
import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.ProxyContainer;
import dev.sidecarsizer.profile.Learnt.Owner;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** Reduces a pod to what is learnt from. What pods of one workload have in common is held once. */
final class PodReader {

    private static final String DECISION = "sidecar-sizer.dev/decision";

    /** Reasons of ends that are no failure of the proxy: containerd's and the kubelet's word where nobody saw it end. */
    private static final Set<String> NO_FAILURES = Set.of(OomKills.REASON, "Unknown", "ContainerStatusUnknown");

    /** What is known a moment after a pod was created was known then. */
    private static final Duration MOMENT = Duration.ofMinutes(1);

    private final BiFunction<String, Map<String, String>, List<String>> groupBy;
    private final Predicate<Pod> wouldSize;
    private final InstantSource clock;
    private final Shared shared = new Shared();

    /**
     * @param groupBy labels that name the workload, by a pod's namespace and labels
     * @param wouldSize whether admission would size that pod now
     */
    PodReader(
            BiFunction<String, Map<String, String>, List<String>> groupBy,
            Predicate<Pod> wouldSize,
            InstantSource clock) {
        this.groupBy = groupBy;
        this.wouldSize = wouldSize;
        this.clock = clock;
    }

    /**
     * The pod; empty where it has no sidecar of ours to size: gateways and agents without Envoy are left out.
     *
     * @param before as it was seen the last time; {@code null} for the first
     * @throws MalformedPod where it cannot be understood
     */
    Optional<LivePod> read(JsonNode tree, @Nullable LivePod before) {
        JsonNode metadata = tree.path("metadata");
        Pod pod = new Pod(shared.one(metadata.path("namespace").asString("")), tree);
        return ProxyContainer.in(pod).stream()
                .filter(proxy -> proxy.role() == ProxyContainer.Role.SIDECAR)
                .findFirst()
                .map(proxy -> read(pod, proxy, metadata, before));
    }

    private LivePod read(Pod pod, ProxyContainer proxy, JsonNode metadata, @Nullable LivePod before) {
        Map<String, String> labels = shared.one(Map.copyOf(pod.labels()));
        JsonNode status = OomKills.statusOfProxy(pod.tree());
        Bytes limit = limit(proxy, status);
        Instant created = time(metadata.path("creationTimestamp"));
        Sizing sizing = sizing(pod, proxy, created, before);
        return new LivePod(
                new PodName(pod.namespace(), metadata.path("name").asString("")),
                metadata.path("uid").asString(""),
                created,
                shared.one(Ownership.workload(pod, groupBy.apply(pod.namespace(), labels))),
                shared.one(Ownership.workload(pod, List.of())),
                Ownership.revision(pod).map(shared::one).orElse(null),
                controller(metadata).map(shared::one).orElse(null),
                labels,
                !pod.tree().at("/spec/restartPolicy").asString("Always").equals("Always"),
                status.path("state").path("running").isObject(),
                started(pod, status, before),
                text(pod.tree().at("/status/podIP")),
                shared.one(proxy.image().orElse("")),
                Concurrency.of(pod, proxy).orElse(null),
                proxy.container().isNativeSidecar(),
                proxy.memory().request(),
                limit,
                resized(pod, limit, before),
                pod.tree().at("/status/qosClass").asString("").equals("Guaranteed"),
                BudgetOfPod.limit(pod, proxy).orElse(null),
                sizing,
                sizing == Sizing.SIZED && isByNet(note(pod)),
                health(pod, status, before),
                OomKills.in(status, limit),
                restarted(status));
    }

    /** Where it ended by itself, as after a drain, nothing failed; nor where its node went down, whatever the code is then. */
    private static @Nullable Instant restarted(JsonNode status) {
        JsonNode end = status.at("/lastState/terminated");
        boolean failed = end.path("exitCode").asInt(0) != 0
                && !NO_FAILURES.contains(end.path("reason").asString(""));
        return Optional.of(time(end.path("finishedAt")))
                .filter(at -> failed && at.isAfter(Instant.EPOCH))
                .orElse(null);
    }

    /** What the kubelet says that holds, which an in-place resize may have changed; else what was asked for. */
    private static @Nullable Bytes limit(ProxyContainer proxy, JsonNode status) {
        String actual = status.at("/resources/limits/memory").asString("");
        if (!actual.isEmpty()) {
            try {
                return Bytes.parse(actual);
            } catch (IllegalArgumentException e) {
                throw new MalformedPod("memory of a container's status: " + e.getMessage());
            }
        }
        return proxy.memory().limit();
    }

    /** By our clock: the pod does not say when. */
    private @Nullable Instant resized(Pod pod, @Nullable Bytes limit, @Nullable LivePod before) {
        if (before == null || !isSame(pod, before)) {
            return null;
        }
        return Objects.equals(limit, before.limit()) ? before.resized() : clock.instant();
    }

    /** What the owner asked for is the owner's, whatever comes of it. */
    private static boolean isOurSize(JsonNode note) {
        return note.path("decision").asString("").equals("Resize")
                && !note.path("reason").asString("").equals("OWNER");
    }

    /** By what the policy in {@code deploy/components/safety-net} writes. */
    private static boolean isByNet(JsonNode note) {
        return note.path("reason").asString("").equals("SAFETY_NET");
    }

    /** An injector that ran once more takes back what the policy gave, and not what it wrote about that. */
    private static boolean isTakenBack(JsonNode note, ProxyContainer proxy) {
        String given = note.at("/after/limit").asString("");
        return isByNet(note) && !given.equals(String.valueOf(proxy.memory().limit()));
    }

    /** What is written about our decision; missing where that cannot be read. */
    private static JsonNode note(Pod pod) {
        return pod.annotation(DECISION).flatMap(EmbeddedJson::read).orElseGet(MissingNode::getInstance);
    }

    /** As it was first seen: a proxy that crashes again and again does not get its patience anew. */
    private static @Nullable Instant started(Pod pod, JsonNode status, @Nullable LivePod before) {
        if (before != null && before.started() != null && isSame(pod, before)) {
            return before.started();
        }
        return Stream.of("/state/running/startedAt", "/state/terminated/finishedAt", "/lastState/terminated/finishedAt")
                .map(path -> time(status.at(path)))
                .filter(at -> at.isAfter(Instant.EPOCH))
                .findFirst()
                .orElse(null);
    }

    private static Health health(Pod pod, JsonNode status, @Nullable LivePod before) {
        if (pod.tree().at("/metadata/deletionTimestamp").isString()) {
            return Health.UNKNOWN;
        }
        boolean wasReady = before != null && before.health() == Health.READY && isSame(pod, before);
        if (wasReady || status.path("ready").asBoolean(false)) {
            return Health.READY;
        }
        String phase = pod.tree().at("/status/phase").asString("");
        boolean ended = phase.equals("Succeeded") || phase.equals("Failed");
        boolean started = status.path("state").path("running").isObject()
                || status.path("restartCount").asInt(0) > 0;
        return started && !ended ? Health.NOT_READY : Health.UNKNOWN;
    }

    /** Whether it is that pod, and not a later one of its name. */
    private static boolean isSame(Pod pod, LivePod before) {
        return before.uid().equals(pod.tree().at("/metadata/uid").asString(""));
    }

    /** By what is known when it is seen first: a pod that was left alone then was not missed, whatever is learnt later. */
    private Sizing sizing(Pod pod, ProxyContainer proxy, Instant created, @Nullable LivePod before) {
        if (before != null && isSame(pod, before)) {
            return before.sizing();
        }
        JsonNode note = note(pod);
        if (pod.annotation(DECISION).isPresent() && !isTakenBack(note, proxy)) {
            return isOurSize(note) ? Sizing.SIZED : Sizing.KEPT;
        }
        if (!wouldSize.test(pod)) {
            return Sizing.KEPT;
        }
        return clock.instant().isBefore(created.plus(MOMENT)) ? Sizing.MISSED : Sizing.EARLIER;
    }

    private static Optional<Owner> controller(JsonNode metadata) {
        return metadata.path("ownerReferences")
                .valueStream()
                .filter(owner -> owner.path("controller").asBoolean(false))
                .map(owner -> new Owner(
                        owner.path("apiVersion").asString(""),
                        owner.path("kind").asString(""),
                        owner.path("name").asString(""),
                        owner.path("uid").asString("")))
                .findFirst();
    }

    private static Instant time(JsonNode node) {
        try {
            return Instant.parse(node.asString(""));
        } catch (DateTimeParseException none) {
            return Instant.EPOCH;
        }
    }

    private static @Nullable String text(JsonNode node) {
        String text = node.asString("");
        return text.isEmpty() ? null : text;
    }
}
