package dev.sidecarsizer.patch;

import dev.sidecarsizer.mesh.Pod;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Edits a copy of a pod and writes each edit down as an RFC 6902 operation.
 *
 * <p>Only {@code add} is used: it also replaces a member, it needs no {@code test}, and a patch that decodes but does
 * not apply would reject the pod whatever the failure policy. Missing and null parents are made.
 */
final class JsonEdit {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final JsonNode copy;
    private final ArrayNode operations = JSON.createArrayNode();

    JsonEdit(Pod pod) {
        this.copy = pod.tree().deepCopy();
    }

    /** Sets a member of the object at {@code parent}; nothing to do where it has that value already. */
    void set(String parent, String member, JsonNode value) {
        if (!at(parent).path(member).equals(value)) {
            object(parent).set(member, value);
            write(parent + "/" + escape(member), value);
        }
    }

    void set(String parent, String member, String value) {
        set(parent, member, JSON.getNodeFactory().stringNode(value));
    }

    /** Appends to the array {@code member}; nothing to do where it has an item of that name already. */
    void append(String parent, String member, ObjectNode item) {
        JsonNode array = at(parent).path(member);
        if (array.valueStream().anyMatch(present -> present.path("name").equals(item.path("name")))) {
            return;
        }
        if (array instanceof ArrayNode items) {
            items.add(item);
            write(parent + "/" + escape(member) + "/-", item);
        } else {
            set(parent, member, JSON.createArrayNode().add(item));
        }
    }

    /** What the edited pod's annotations weigh, keys and values, in bytes of UTF-8. */
    long annotationsWeight() {
        return at("/metadata/annotations").properties().stream()
                .mapToLong(
                        each -> weight(each.getKey()) + weight(each.getValue().asString("")))
                .sum();
    }

    ArrayNode operations() {
        return operations;
    }

    private JsonNode at(String pointer) {
        return copy.at(JsonPointer.compile(pointer));
    }

    private ObjectNode object(String pointer) {
        if (at(pointer) instanceof ObjectNode object) {
            return object;
        }
        int slash = pointer.lastIndexOf('/');
        set(pointer.substring(0, slash), pointer.substring(slash + 1), JSON.createObjectNode());
        return (ObjectNode) at(pointer);
    }

    private void write(String pointer, JsonNode value) {
        // A copy: what is appended to an array afterwards is an operation of its own.
        operations.addObject().put("op", "add").put("path", pointer).set("value", value.deepCopy());
    }

    private static long weight(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static String escape(String member) {
        return member.replace("~", "~0").replace("/", "~1");
    }
}
