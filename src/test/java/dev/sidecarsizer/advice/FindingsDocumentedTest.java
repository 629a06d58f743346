package dev.sidecarsizer.advice;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/findings.md} has a section for each kind, in their order, that tells what the code does. */
class FindingsDocumentedTest {

    private static final Path PAGE = Path.of("docs", "findings.md");

    @Test
    void eachKindHasASection() throws IOException {
        assertThat(headings())
                .startsWith(Stream.of(Kind.values()).map(Kind::word).toArray(String[]::new));
        for (Kind kind : Kind.values()) {
            assertThat(sections().get(kind.word()))
                    .as(kind.word())
                    .contains("**Evidence**:", "**Size**:", "**Fix**:", "**Event**:");
        }
    }

    @Test
    void saysWhichAreToldByAnEventOfTheirOwn() throws IOException {
        for (Kind kind : Kind.values()) {
            assertThat(sections().getOrDefault(kind.word(), "").contains("**Event**: yes"))
                    .as(kind.word())
                    .isEqualTo(kind.event());
        }
    }

    @Test
    void everyPageIsThere() throws IOException {
        for (Kind kind : Kind.values()) {
            String[] page = kind.page().split("#", -1);
            assertThat(Path.of(page[0])).exists();
            assertThat(headings().stream().map(heading -> heading.toLowerCase(Locale.ROOT)))
                    .contains(page[1]);
        }
    }

    private static List<String> headings() throws IOException {
        return Files.readAllLines(PAGE).stream()
                .filter(line -> line.startsWith("## "))
                .map(line -> line.substring(3))
                .toList();
    }

    private static Map<String, String> sections() throws IOException {
        Map<String, String> sections = new TreeMap<>();
        for (String section : Files.readString(PAGE).split("\n## ", -1)) {
            String heading = section.lines().findFirst().orElse("");
            sections.put(heading, section.replace('\n', ' '));
        }
        return sections;
    }
}
