package dev.sidecarsizer.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.patch.Outcomes;
import dev.sidecarsizer.sizing.Decision.Bound;
import dev.sidecarsizer.sizing.Decision.Origin;
import dev.sidecarsizer.sizing.Decision.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/reasons.md} has every word that we can answer, in the order of the code, and no other. */
class ReasonsDocumentedTest {

    private static final Path DOCUMENT = Path.of("docs", "reasons.md");
    private static final Pattern ROW = Pattern.compile("\\| `([A-Z_]+)` \\| ([^|]+) \\| ([^|]+) \\|");

    @Test
    void wordForWord() throws IOException {
        Map<String, List<String>> documented = words();
        assertThat(documented)
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "Why a pod stays as it came", names(Reason.values()),
                        "Who spoke for the number", names(Origin.values()),
                        "What bent it", names(Bound.values()),
                        "The overload manager", Outcomes.ofOverload(),
                        "The idle timeout", Outcomes.ofIdleTimeout()));
    }

    private static Map<String, List<String>> words() throws IOException {
        Map<String, List<String>> words = new LinkedHashMap<>();
        String heading = "";
        for (String line : Files.readAllLines(DOCUMENT)) {
            if (line.startsWith("## ")) {
                heading = line.substring(3);
            } else if (line.startsWith("| `")) {
                Matcher row = ROW.matcher(line);
                assertThat(row.matches())
                        .as("a word, what it means, what to do: %s", line)
                        .isTrue();
                words.computeIfAbsent(heading, any -> new ArrayList<>()).add(row.group(1));
            }
        }
        return words;
    }

    private static List<String> names(Enum<?>[] words) {
        return Stream.of(words).map(Enum::name).toList();
    }
}
