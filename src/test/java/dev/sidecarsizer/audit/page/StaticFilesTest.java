package dev.sidecarsizer.audit.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StaticFilesTest {

    private final StaticFiles files = new StaticFiles("ours");

    @Test
    void thePageIsAtHome() throws IOException {
        StaticFile home = files.find("").orElseThrow();

        assertThat(home.type()).startsWith("text/html");
        assertThat(home.gzipped()).isTrue();
        assertThat(files.find("index").orElseThrow().tag()).isEqualTo(home.tag());
    }

    @Test
    void pagesKnowWhereWeRun() throws IOException {
        ByteArrayOutputStream page = new ByteArrayOutputStream();
        Gzip.unpack(files.find("").orElseThrow().bytes(), page);

        assertThat(page.toString(StandardCharsets.UTF_8)).contains("data-namespace=\"ours\"");
    }

    /** Each names something that is in the jar. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "../application.yaml",
                "./index.html",
                "/index.html",
                "..",
                "lib/../../application.yaml",
                "lib/..%2f..%2fapplication.yaml",
                "..\\application.yaml",
                "page/AuditPage.class",
                "index.html/",
                "index.html\0",
                "lib"
            })
    void leadsNowhereElse(String path) throws IOException {
        assertThat(files.find(path)).isEmpty();
    }
}
