package dev.sidecarsizer.mesh;

import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON inside an annotation. Anybody may write one, of up to the size of a request, and it becomes a tree of many times
 * its size beside the pod's own: what is larger than any of Istio's or ours is not read.
 */
public final class EmbeddedJson {

    private static final int DEEPEST = 50;
    /** A hand-declared container with a hundred variables has a thousand. */
    private static final int MOST_TOKENS = 10_000;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .maxTokenCount(MOST_TOKENS)
                            .maxNumberLength(100)
                            .build())
                    .build())
            .build();

    private EmbeddedJson() {}

    /** The tree; empty where the text is no JSON, or more of it than {@value #MOST_TOKENS} tokens. */
    public static Optional<JsonNode> read(String text) {
        try {
            return Optional.of(JSON.readTree(text));
        } catch (JacksonException unreadable) {
            return Optional.empty();
        }
    }
}
