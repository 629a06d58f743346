package dev.sidecarsizer.audit.preview;

import dev.sidecarsizer.sizing.Decision;
import dev.sidecarsizer.sizing.Decision.Keep;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What each word means and what to do about it: {@code docs/reasons.md}, which goes with us. */
public final class Meanings {

    private static final Pattern ROW = Pattern.compile("\\| `([A-Z_]+)` \\| ([^|]+) \\| ([^|]+) \\|");
    private static final Map<String, Meaning> ALL = read();

    private Meanings() {}

    /**
     * One word's.
     *
     * @param means a sentence without its full stop
     * @param remedy what to do about it, in the same way
     */
    public record Meaning(String means, String remedy) {}

    public static Meaning of(Decision decision) {
        return of(
                decision instanceof Keep ? "Why a pod stays as it came" : "Who spoke for the number",
                decision.reason());
    }

    /** Of a decision's word, whoever's it is; empty where it is none of these. */
    public static Meaning ofReason(String word) {
        Meaning kept = of("Why a pod stays as it came", word);
        return kept.means().isEmpty() ? of("Who spoke for the number", word) : kept;
    }

    /** Of what bent a number; empty where it is none of these. */
    public static Meaning ofBound(String word) {
        return of("What bent it", word);
    }

    /** Of a word of Envoy's overload manager. */
    public static Meaning ofOverload(String word) {
        return of("The overload manager", word);
    }

    /** Of a word of the idle timeout. */
    public static Meaning ofIdleTimeout(String word) {
        return of("The idle timeout", word);
    }

    private static Meaning of(String heading, String word) {
        return Objects.requireNonNullElseGet(ALL.get(heading + word), () -> new Meaning("", ""));
    }

    private static Map<String, Meaning> read() {
        Map<String, Meaning> meanings = new HashMap<>();
        String heading = "";
        try (InputStream file = Objects.requireNonNull(Meanings.class.getResourceAsStream("/reasons.md"))) {
            String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
            for (String line : text.split("\n", -1)) {
                Matcher row = ROW.matcher(line);
                if (line.startsWith("## ")) {
                    heading = line.substring(3);
                } else if (row.matches()) {
                    meanings.put(heading + row.group(1), new Meaning(plain(row.group(2)), plain(row.group(3))));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return meanings;
    }

    /** Without Markdown's marks. */
    private static String plain(String cell) {
        return cell.replace("`", "")
                .replaceAll("\\[([^]]*)\\]\\([^)]*\\)", "$1")
                .strip();
    }
}
