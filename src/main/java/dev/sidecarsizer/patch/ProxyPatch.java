package dev.sidecarsizer.patch;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.ProxyConfig;
import dev.sidecarsizer.mesh.ProxyContainer;
import dev.sidecarsizer.mesh.ProxyVersion;
import dev.sidecarsizer.mesh.Relief;
import dev.sidecarsizer.sizing.Decision;
import dev.sidecarsizer.sizing.Decision.Keep;
import dev.sidecarsizer.sizing.Decision.Reason;
import dev.sidecarsizer.sizing.Decision.Resize;
import dev.sidecarsizer.sizing.OwnerWord;
import dev.sidecarsizer.sizing.SizingPolicy;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/**
 * The whole change of one pod, as one RFC 6902 patch.
 *
 * <p>It never touches what it does not name, so fields of a future Kubernetes stay byte for byte, and it is empty for a
 * pod that has the change already.
 *
 * @param operations RFC 6902 operations; none where the pod has the change already
 * @param note the decision as {@link DecisionAnnotation} writes it
 */
public record ProxyPatch(ArrayNode operations, String note) {

    private static final ArrayNode NOTHING = JsonMapper.shared().createArrayNode();

    /** What the API server lets all annotations of an object weigh, keys and values together. */
    private static final int ANNOTATIONS_LIMIT = 256 * 1024;

    /**
     * What is known of the proxy beside what its container declares.
     *
     * @param version of the proxy, where known
     * @param noRawTcp whether the workload is known to serve and call no raw TCP
     * @param live what live proxies of the workload use now, agent included; {@code null} where not known
     * @param peak what they used at most and lived on, the same way; {@code null} where not known
     * @param allocated what Envoy itself has allocated of {@code live}; {@code null} where not known
     */
    public record KnownProxy(
            Optional<ProxyVersion> version,
            boolean noRawTcp,
            @Nullable Bytes live,
            @Nullable Bytes peak,
            @Nullable Bytes allocated) {

        /** What they use now, or used at most where none runs; empty where neither is known. */
        Optional<Bytes> known() {
            return Optional.ofNullable(live == null ? peak : live);
        }
    }

    /**
     * The patch that carries out {@code decision}.
     *
     * @return empty where the pod's annotations are so full that ours would make it invalid
     */
    public static Optional<ProxyPatch> of(
            Pod pod, ProxyContainer proxy, Decision decision, SizingPolicy policy, KnownProxy facts) {
        Memory memory = proxy.memory();
        if (decision instanceof Keep keep && (keep.why() != Reason.VPA_OWNS_MEMORY || memory.limit() == null)) {
            return Optional.of(
                    DecisionAnnotation.isOfTheSafetyNet(pod)
                            ? asItCame(pod, proxy, keep)
                            : new ProxyPatch(NOTHING, DecisionAnnotation.of(keep, memory)));
        }
        Change change = new Change(pod, proxy, OwnerWord.of(pod), policy, facts, new JsonEdit(pod));
        String note = decision instanceof Resize resize ? change.resize(resize) : change.fit((Keep) decision);
        JsonEdit edit = change.edit();
        // what an earlier round wrote of its decision must not stay where this one is another
        boolean changed = decision instanceof Resize
                || !edit.operations().isEmpty()
                || pod.annotation(DecisionAnnotation.KEY).isPresent();
        if (changed) {
            edit.set("/metadata/annotations", DecisionAnnotation.KEY, note);
        }
        boolean full = changed && edit.annotationsWeight() > ANNOTATIONS_LIMIT;
        return full ? Optional.empty() : Optional.of(new ProxyPatch(edit.operations(), note));
    }

    /**
     * A pod that is kept bears no word of ours, so the safety net took us for absent and repeated what was decided for the
     * pod before it. That is taken back.
     */
    private static ProxyPatch asItCame(Pod pod, ProxyContainer proxy, Keep keep) {
        Memory came = DecisionAnnotation.before(pod, proxy);
        String note = DecisionAnnotation.of(keep, came);
        JsonEdit edit = new JsonEdit(pod);
        if (came.request() != null && came.limit() != null) {
            MemoryLimit.write(came.request(), came.limit(), proxy.container(), edit);
        }
        edit.set("/metadata/annotations", DecisionAnnotation.KEY, note);
        return new ProxyPatch(edit.operations(), note);
    }

    /** What is written, and all that has a say in it. */
    private record Change(
            Pod pod, ProxyContainer proxy, OwnerWord owner, SizingPolicy policy, KnownProxy facts, JsonEdit edit) {

        String resize(Resize resize) {
            MemoryLimit.write(resize.request(), resize.limit(), proxy.container(), edit);
            Overload.Outcome overload = overload(resize.limit(), policy.oomLoop() != Relief.TELL);
            Optional<ConnectionSettings> settings = settings();
            IdleTimeout.Choice idle = IdleTimeout.choose(
                    pod, proxy.container(), settings, owner, http(resize), policy.tcpIdleTimeout(), facts.noRawTcp());
            IdleTimeout.write(proxy.container(), idle, edit);
            connections(settings, idle.http(), overload);
            return DecisionAnnotation.of(resize, overload, idle.outcome());
        }

        /** The profile's advice before the policy's figure, but none at all where the policy wants none. */
        private @Nullable Duration http(Resize resize) {
            boolean advised = policy.httpIdleTimeout() != null && resize.idleTimeout() != null;
            return advised ? resize.idleTimeout() : policy.httpIdleTimeout();
        }

        /** A pod that is kept stays as it came, but where a VPA owns the memory the heap budget follows its limit. */
        String fit(Keep keep) {
            Memory memory = proxy.memory();
            Overload.Outcome overload = overload(Objects.requireNonNull(memory.limit()), true);
            connections(settings(), null, overload);
            return DecisionAnnotation.of(keep, memory, overload);
        }

        /**
         * Both at once, for they go into one variable. That of streams not where the owner or the policy wants no timeout, nor where
         * the pod's own settings go before ours.
         */
        private void connections(
                Optional<ConnectionSettings> settings, @Nullable Duration idle, Overload.Outcome overload) {
            boolean shortened = overload == Overload.Outcome.SET
                    && policy.httpIdleTimeout() != null
                    && !owner.idleTimeoutOff()
                    && !ProxyConfig.setsConnections(pod);
            if (idle != null || shortened) {
                settings.ifPresent(
                        present -> present.write(IdleTimeout.text(idle).orElse(null), shortened, edit));
            }
        }

        private Optional<ConnectionSettings> settings() {
            return ConnectionSettings.of(proxy, facts.version());
        }

        /** @param resizable whether somebody may resize the running proxy in place */
        private Overload.Outcome overload(Bytes limit, boolean resizable) {
            // A pod-level limit binds the container too: the heap budget follows the smaller.
            Bytes binding = pod.podLevelLimit().map(limit::atMost).orElse(limit);
            Overload.Outcome outcome =
                    Overload.outcome(pod, proxy, binding, facts, owner.overloadOff(), !policy.overload());
            if (outcome == Overload.Outcome.SET) {
                Overload.write(pod, proxy.container(), binding, resizable, facts, edit);
            } else if (pod.annotation(Overload.ANNOTATION).isPresent()) {
                Overload.neutralise(edit);
            }
            return outcome;
        }
    }
}
