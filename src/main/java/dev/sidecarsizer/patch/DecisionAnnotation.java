package dev.sidecarsizer.patch;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.EmbeddedJson;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.ProxyContainer;
import dev.sidecarsizer.sizing.Decision;
import dev.sidecarsizer.sizing.Decision.Keep;
import dev.sidecarsizer.sizing.Decision.Resize;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What we write on a pod about what we did to it: short JSON, for people and for our own second round.
 *
 * <pre>{"decision":"Resize","reason":"WORKLOAD_PROFILE","bounds":["CEILING"],
 * "before":{"request":"128Mi","limit":"1Gi"},"after":{"request":"96Mi","limit":"192Mi"},
 * "overload":"SET","idleTimeout":"RAW_TCP","profile":"shop/deployment-reviews@4711"}</pre>
 */
public final class DecisionAnnotation {

    public static final String KEY = "sidecar-sizer.dev/decision";

    private static final JsonMapper JSON = JsonMapper.shared();

    private DecisionAnnotation() {}

    /**
     * The proxy's memory as the pod first came. In a second round of admission the pod shows our own numbers; what was
     * before them stands in the annotation, unless an injection in between has reset them.
     */
    public static Memory before(Pod pod, ProxyContainer proxy) {
        Memory now = proxy.memory();
        return pod.annotation(KEY)
                // anybody may write that annotation: what cannot be read counts as not there
                .flatMap(EmbeddedJson::read)
                .filter(note -> now.equals(memory(note.path("after"))))
                .map(note -> memory(note.path("before")))
                .orElse(now);
    }

    /** Whether the API server's own policy, in {@code deploy/components/safety-net}, has sized the pod. */
    static boolean isOfTheSafetyNet(Pod pod) {
        return pod.annotation(KEY)
                .flatMap(EmbeddedJson::read)
                .filter(note -> note.path("reason").asString("").equals("SAFETY_NET"))
                .isPresent();
    }

    static String of(Keep keep, Memory memory) {
        ObjectNode note = head(keep);
        put(note.putObject("before"), memory);
        return JSON.writeValueAsString(note);
    }

    static String of(Keep keep, Memory memory, Overload.Outcome overload) {
        ObjectNode note = head(keep);
        put(note.putObject("before"), memory);
        put(note.putObject("after"), memory);
        return JSON.writeValueAsString(note.put("overload", overload.name()));
    }

    static String of(Resize resize, Overload.Outcome overload, IdleTimeout.Outcome idleTimeout) {
        ObjectNode note = head(resize);
        resize.bounds().forEach(bound -> note.withArray("bounds").add(bound.name()));
        put(note.putObject("before"), resize.before());
        put(note.putObject("after"), resize.after());
        note.put("overload", overload.name()).put("idleTimeout", idleTimeout.name());
        if (resize.profile() != null) {
            note.put("profile", resize.profile());
        }
        return JSON.writeValueAsString(note);
    }

    private static ObjectNode head(Decision decision) {
        return JSON.createObjectNode().put("decision", decision.name()).put("reason", decision.reason());
    }

    private static void put(ObjectNode note, Memory memory) {
        if (memory.request() != null) {
            note.put("request", memory.request().toString());
        }
        if (memory.limit() != null) {
            note.put("limit", memory.limit().toString());
        }
    }

    private static Memory memory(JsonNode note) {
        return new Memory(
                Bytes.orNull(note.path("request").stringValue(null)),
                Bytes.orNull(note.path("limit").stringValue(null)));
    }
}
