package dev.sidecarsizer.cli;

import java.io.PrintWriter;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** How an answer is written. */
public final class OutputOptions {

    /** What {@code -o} can name. */
    public enum Form {
        TABLE,
        WIDE,
        JSON,
        YAML
    }

    @Option(
            names = {"-o", "--output"},
            defaultValue = "table",
            paramLabel = "FORM",
            description = "table, wide, json or yaml. Default: ${DEFAULT-VALUE}.")
    private Form form = Form.TABLE;

    /** Whether it is for programs. */
    public boolean isStructured() {
        return form == Form.JSON || form == Form.YAML;
    }

    public boolean isYaml() {
        return form == Form.YAML;
    }

    public boolean isWide() {
        return form == Form.WIDE;
    }

    /**
     * Writes {@code tree} as JSON or YAML, whichever was asked for.
     *
     * @param ofSeveral whether others are written too: YAML then needs marks between them
     */
    public void write(JsonNode tree, boolean ofSeveral, PrintWriter out) {
        out.print(form == Form.JSON ? Written.json(tree) : (ofSeveral ? "---\n" : "") + Written.yaml(tree));
    }
}
