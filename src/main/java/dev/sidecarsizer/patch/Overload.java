package dev.sidecarsizer.patch;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Container;
import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.ProxyConfig;
import dev.sidecarsizer.mesh.ProxyContainer;
import dev.sidecarsizer.patch.ProxyPatch.KnownProxy;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Carries {@link OverloadBootstrap} to Envoy inside the pod itself: annotation, downwardAPI volume, mount and the
 * environment variables that pilot-agent reads. No object has to exist beside the pod.
 */
final class Overload {

    /** Holds the override. It must not be removed from a live pod: Envoy would refuse its next start. */
    static final String ANNOTATION = "sidecar-sizer.dev/bootstrap";

    private static final String FIELD = "metadata.annotations['" + ANNOTATION + "']";
    private static final String ISTIO_ANNOTATION = "sidecar.istio.io/bootstrapOverride";
    private static final String ENV = "ISTIO_BOOTSTRAP_OVERRIDE";
    /**
     * Tells istiod which proxies have it: pilot-agent hands it on as node metadata, by which an EnvoyFilter selects
     * ({@code deploy/components/connection-buffers}).
     */
    private static final String MARK = "ISTIO_META_SIDECAR_SIZER_OVERLOAD";

    private static final String VOLUME = "sidecar-sizer-bootstrap";
    private static final String DIRECTORY = "/etc/sidecar-sizer/bootstrap";
    private static final String FILE = "bootstrap.json";
    /** Which file of the volume shows the limit: none in one that was made where the budget could not follow. */
    private static final String LIMIT_ITEM = "/downwardAPI/items/1/path";
    /** The link that the kubelet moves when a file of the volume changes. */
    static final String SHOWN = DIRECTORY + "/..data";

    private static final JsonMapper JSON = JsonMapper.shared();

    private Overload() {}

    /** What becomes of the overload manager, and in one word why. */
    enum Outcome {
        /** Written, fitted to the limit. */
        SET,
        /** The owner's annotation {@code sidecar-sizer.dev/overload: "false"}. */
        OWNER_OFF,
        /** The policy's {@code overload.enabled: false}. */
        POLICY_OFF,
        /**
         * The owner has a bootstrap override of his own, and there is one slot; or a whole bootstrap, into which ours would be
         * merged: with a monitor that is in both Envoy does not start.
         */
        OWNER_OVERRIDE,
        /** Older than Istio 1.28. */
        PROXY_TOO_OLD,
        /** Nothing is known of what its workload's proxies use: thresholds could lie below what they need in calm. */
        USE_UNKNOWN,
        /** The limit, or what live proxies use of it, leaves no room in which traffic is served. */
        LIMIT_TOO_SMALL
    }

    static Outcome outcome(
            Pod pod, ProxyContainer proxy, Bytes limit, KnownProxy facts, boolean ownerOff, boolean policyOff) {
        if (ownerOff) {
            return Outcome.OWNER_OFF;
        }
        if (policyOff) {
            return Outcome.POLICY_OFF;
        }
        if (pod.annotation(ISTIO_ANNOTATION).isPresent()
                || ProxyConfig.namesBootstrap(pod, proxy.container())
                || isTaken(pod, proxy.container())) {
            return Outcome.OWNER_OVERRIDE;
        }
        if (!OverloadBootstrap.supports(facts.version())) {
            return Outcome.PROXY_TOO_OLD;
        }
        if (facts.known().isEmpty()) {
            return Outcome.USE_UNKNOWN;
        }
        return Heap.of(limit, facts).isPresent() ? Outcome.SET : Outcome.LIMIT_TOO_SMALL;
    }

    /**
     * Writes it. The budget follows the limit where that may change, the proxy can, no other can bind, and a volume that is there
     * from an earlier round shows it. Not elsewhere: Envoy does not start where its user has no inotify instance left to watch a
     * file with, and nodes may have 128 for all sidecars together.
     *
     * @param limit which binds
     * @param resizable whether somebody may resize the running proxy in place
     */
    static void write(Pod pod, Container proxy, Bytes limit, boolean resizable, KnownProxy facts, JsonEdit edit) {
        boolean follows = resizable
                && pod.podLevelLimit().isEmpty()
                && OverloadBootstrap.canFollow(facts.version())
                && !other(pod.tree().at("/spec/volumes"), "name", VOLUME, LIMIT_ITEM, OverloadBootstrap.LIMIT_FILE);
        String override =
                follows ? OverloadBootstrap.following(limit, facts, SHOWN) : OverloadBootstrap.json(limit, facts);
        edit.set("/metadata/annotations", ANNOTATION, override);
        edit.append("/spec", "volumes", volume(follows));
        edit.append(proxy.pointer(), "volumeMounts", mount());
        edit.append(proxy.pointer(), "env", variable(ENV, DIRECTORY + "/" + FILE));
        edit.append(proxy.pointer(), "env", variable(MARK, "true"));
    }

    /** Takes back an override of ours that no longer fits; what leads to it stays, Envoy reads it. */
    static void neutralise(JsonEdit edit) {
        edit.set("/metadata/annotations", ANNOTATION, "{}");
    }

    /** Whether another's variable, volume or mount stands where ours would; ours may have been defaulted since. */
    private static boolean isTaken(Pod pod, Container proxy) {
        JsonNode volumes = pod.tree().path("spec").path("volumes");
        return other(proxy.tree().path("env"), "name", ENV, "/value", DIRECTORY + "/" + FILE)
                || other(volumes, "name", VOLUME, "/downwardAPI/items/0/fieldRef/fieldPath", FIELD)
                || other(proxy.tree().path("volumeMounts"), "name", VOLUME, "/mountPath", DIRECTORY)
                || other(proxy.tree().path("volumeMounts"), "mountPath", DIRECTORY, "/name", VOLUME);
    }

    private static boolean other(JsonNode list, String member, String value, String pointer, String ours) {
        return list.valueStream()
                .filter(item -> value.equals(item.path(member).asString("")))
                .anyMatch(item -> !ours.equals(item.at(pointer).asString("")));
    }

    private static ObjectNode volume(boolean withLimit) {
        ObjectNode volume = JSON.createObjectNode().put("name", VOLUME);
        ArrayNode items = volume.putObject("downwardAPI").putArray("items");
        items.addObject().put("path", FILE).putObject("fieldRef").put("fieldPath", FIELD);
        if (withLimit) {
            items.addObject()
                    .put("path", OverloadBootstrap.LIMIT_FILE)
                    .putObject("resourceFieldRef")
                    .put("containerName", ProxyContainer.NAME)
                    .put("resource", "limits.memory");
        }
        return volume;
    }

    private static ObjectNode mount() {
        return JSON.createObjectNode()
                .put("name", VOLUME)
                .put("mountPath", DIRECTORY)
                .put("readOnly", true);
    }

    private static ObjectNode variable(String name, String value) {
        return JSON.createObjectNode().put("name", name).put("value", value);
    }
}
