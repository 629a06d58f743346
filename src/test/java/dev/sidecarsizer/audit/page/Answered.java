package dev.sidecarsizer.audit.page;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What an answer says. */
final class Answered {

    private Answered() {}

    static String text(Answer answer) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Gzip.unpack(answer.gzip(), out);
        return out.toString(StandardCharsets.UTF_8);
    }

    static JsonNode tree(Answer answer) throws IOException {
        return JsonMapper.shared().readTree(text(answer));
    }
}
