package dev.sidecarsizer.store;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MappingIterator;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Reads documents of YAML or JSON that strangers wrote. Aliases are not followed, so nothing in them can unfold to more
 * than its own size, and that is bounded, as is the depth.
 */
public final class Documents {

    private static final int LARGEST = 32 << 20;
    private static final StreamReadConstraints BOUNDS = StreamReadConstraints.builder()
            .maxNestingDepth(50)
            .maxNumberLength(100)
            .maxDocumentLength(LARGEST)
            .build();
    private static final YAMLMapper YAML = YAMLMapper.builder(YAMLFactory.builder()
                    .streamReadConstraints(BOUNDS)
                    .loadSettings(
                            LoadSettings.builder().setCodePointLimit(LARGEST).build())
                    .build())
            .build();
    private static final JsonMapper JSON = JsonMapper.builder(
                    JsonFactory.builder().streamReadConstraints(BOUNDS).build())
            .build();

    private Documents() {}

    /**
     * All documents, each item of a list such as {@code kubectl get -o yaml} writes for one. Closes {@code in}.
     *
     * @throws IllegalArgumentException where it is neither YAML nor JSON, or too large: none of it is used
     */
    public static List<JsonNode> read(InputStream in) throws IOException {
        byte[] bytes;
        try (in) {
            bytes = in.readNBytes(LARGEST + 1);
        }
        if (bytes.length > LARGEST) {
            throw new IllegalArgumentException("larger than " + (LARGEST >> 20) + " MiB; split it");
        }
        if (bytes.length > 0 && bytes[0] == '{') {
            try {
                return read(JSON, bytes);
            } catch (JacksonException perhapsYaml) {
                // which may begin so too; its reader has the better words for what is wrong
            }
        }
        try {
            return read(YAML, bytes);
        } catch (JacksonException broken) {
            // where it stands is told by quoting all that was read
            String said = broken.getOriginalMessage().replaceFirst("(?s)\\s+at \\[Source:.*", "");
            String line = broken.getLocation() == null
                    ? ""
                    : " (line " + broken.getLocation().getLineNr() + ")";
            throw new IllegalArgumentException("no YAML that can be read: " + said + line, broken);
        } catch (YamlEngineException broken) {
            throw new IllegalArgumentException("no YAML that can be read: " + broken.getMessage(), broken);
        }
    }

    private static List<JsonNode> read(ObjectMapper mapper, byte[] bytes) {
        List<JsonNode> all = new ArrayList<>();
        try (MappingIterator<JsonNode> documents =
                mapper.readerFor(JsonNode.class).readValues(bytes)) {
            while (documents.hasNextValue()) {
                JsonNode document = documents.nextValue();
                if (document.path("kind").asString("").endsWith("List")) {
                    document.path("items").forEach(all::add);
                } else {
                    all.add(document);
                }
            }
        }
        return all;
    }
}
