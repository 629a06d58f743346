package dev.sidecarsizer.collect.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class QueriesTest {

    @Test
    void eachDefaultIsDocumentedWithItsCost() throws IOException {
        List<String> rows = Files.readAllLines(Path.of("docs/learning.md"));

        assertThat(Queries.DEFAULT.named())
                .hasSize(Queries.class.getRecordComponents().length)
                .allSatisfy(query -> assertThat(rows)
                        .contains("| `" + query.name() + "` | `"
                                + query.selector().replace("|", "\\|") + "` | " + query.cost() + " |"));
    }
}
