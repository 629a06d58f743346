package dev.sidecarsizer.guard;

import dev.sidecarsizer.mesh.Mode;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What holds the whole installation back, as people say it in the ConfigMap {@value #NAME} of our own namespace. It can
 * only lower how far namespaces and the property {@code sidecar-sizer.mode-cap} let us go.
 *
 * @param cap how far we may go
 * @param fault what in it cannot be read, with the remedy; {@code null} where all can
 */
public record Brake(Mode cap, @Nullable String fault) {

    /** Of the ConfigMap. */
    public static final String NAME = "sidecar-sizer";

    /** Nobody holds us back. */
    public static final Brake RELEASED = new Brake(Mode.ENFORCE, null);

    private static final String MODE = "mode";
    private static final int LONGEST_SHOWN = 40;

    /** The brake that a ConfigMap's data is. Whoever wrote what cannot be read wanted something: it counts as audit. */
    public static Brake of(Map<String, String> data) {
        String said = data.get(MODE);
        if (said == null) {
            return RELEASED;
        }
        return Stream.of(Mode.values())
                .filter(mode -> mode.toString().equals(said.strip()))
                .findFirst()
                .map(mode -> new Brake(mode, null))
                .orElseGet(() -> unreadable("data." + MODE + " \""
                        + said.substring(0, Math.min(LONGEST_SHOWN, said.length()))
                        + "\": must be off, audit or enforce, and counts as audit until it is"));
    }

    /** The brake where a ConfigMap cannot be read. */
    public static Brake unreadable(String fault) {
        return new Brake(Mode.AUDIT, fault);
    }
}
