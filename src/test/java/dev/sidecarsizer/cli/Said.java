package dev.sidecarsizer.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * What a command answered.
 *
 * @param code with which it ended
 * @param out on standard output
 * @param err on standard error
 */
public record Said(int code, String out, String err) {

    /** Runs a command to its end. */
    public static Said by(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Cli.run(new PrintWriter(out), new PrintWriter(err), arguments);
        return new Said(code, out.toString(), err.toString());
    }
}
