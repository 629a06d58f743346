package dev.sidecarsizer.audit.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The files of the page, as far as they can be held to their rules without a browser. */
class PageFilesTest {

    private static final Path FOLDER = Path.of("src/main/resources/audit");
    private static final Pattern REFERENCE =
            Pattern.compile("(?:href|src)=\"([^\"#?]+)\"|(?:from|import) '(\\./[^']+)'");

    private final StaticFiles files = new StaticFiles("ours");

    @Test
    void whatAFileRefersToIsServed() {
        List<String> references = of("html", "js").values().stream()
                .flatMap(text -> REFERENCE.matcher(text).results())
                .map(found -> found.group(1) == null ? found.group(2) : found.group(1))
                .map(path -> path.replaceFirst("^\\./", ""))
                .distinct()
                .toList();

        assertThat(references).hasSizeGreaterThan(20).allMatch(this::served);
    }

    @Test
    void nothingComesFromElsewhere() {
        of("html", "js", "css").forEach((name, text) -> assertThat(text.replace("http://www.w3.org/2000/svg", ""))
                .as(name)
                .doesNotContain("http:", "https:", "//cdn", "@import"));
    }

    @Test
    void noScriptOrStyleStandsInAPage() {
        of("html").forEach((name, text) -> assertThat(text)
                .as(name)
                .doesNotContainPattern("<script(?![^>]* src=)[^>]*>")
                .doesNotContain("<style")
                .doesNotContainPattern("\\s(style|on[a-z]+)="));
    }

    @Test
    void dataIsNeverTakenForMarkupOrCode() {
        of("js").forEach((name, text) -> assertThat(text)
                .as(name)
                .doesNotContainPattern(
                        "(inner|outer)HTML|insertAdjacentHTML|document\\.write|DOMParser|\\beval\\b|new Function"));
    }

    @Test
    void whereWeRunStandsNowhere() {
        assertThat(of("html", "js"))
                .allSatisfy((name, text) -> assertThat(text).as(name).doesNotContain("sidecar-sizer-system"));
    }

    @Test
    void eachPageSaysWhatToDoWithoutScripts() {
        assertThat(of("html")).hasSize(5).allSatisfy((name, text) -> assertThat(text)
                .contains(
                        "<noscript>",
                        "sidecar-sizer status",
                        "lang=\"en\"",
                        "<main id=\"main\"",
                        "href=\"#main\"",
                        "<h1"));
    }

    private boolean served(String path) {
        try {
            return path.startsWith("data/") || files.find(path).isPresent();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, String> of(String... types) {
        try (Stream<Path> all = Files.list(FOLDER)) {
            Map<String, String> texts = new TreeMap<>();
            for (Path file : all.toList()) {
                String name = file.getFileName().toString();
                if (List.of(types).contains(name.substring(name.lastIndexOf('.') + 1))) {
                    texts.put(name, Files.readString(file));
                }
            }
            return texts;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
