package dev.sidecarsizer.cli;

import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;
import tools.jackson.dataformat.yaml.util.StringQuotingChecker;

/** Trees as text. */
public final class Written {

    private static final YAMLMapper YAML = YAMLMapper.builder(YAMLFactory.builder()
                    .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
                    .disable(YAMLWriteFeature.SPLIT_LINES)
                    .enable(YAMLWriteFeature.MINIMIZE_QUOTES)
                    .enable(YAMLWriteFeature.INDENT_ARRAYS_WITH_INDICATOR)
                    .stringQuotingChecker(new Plain())
                    .build())
            .build();

    private Written() {}

    /** Indented, with a line's end. */
    public static String json(JsonNode tree) {
        return JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(tree) + "\n";
    }

    /** One document without a marker at its beginning. */
    public static String yaml(JsonNode tree) {
        return YAML.writeValueAsString(tree);
    }

    /** A stranger's text on a terminal: what would move the cursor, change a colour, or end a line is shown as a question mark. */
    public static String printable(String text) {
        return text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]", "?");
    }

    /** Only what no reader of YAML, old or new, could take for anything else than text goes without quotes. */
    private static final class Plain extends StringQuotingChecker.Default {

        private static final long serialVersionUID = 1;
        private static final Pattern SAFE = Pattern.compile("[A-Za-z/$(][\\w./:@$()=,-]*(?<!:)");

        @Override
        public boolean needToQuoteValue(String value) {
            return !SAFE.matcher(value).matches() || super.needToQuoteValue(value);
        }
    }
}
