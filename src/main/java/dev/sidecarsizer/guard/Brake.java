package dev.sidecarsizer.guard;

import dev.sidecarsizer.mesh.Mode;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What holds the whole installation back, as people, and the breaker, say it in the ConfigMap {@value #NAME} of our own namespace. It can
 * only lower how far namespaces and the property {@code sidecar-sizer.mode-cap} let us go.
 *
 * @param mode how far people let us go
 * @param breaker when and why the breaker stopped all sizing, which holds at audit; {@code null} where it did not
 * @param fault what in it cannot be read, with the remedy; {@code null} where all can
 */
public record Brake(Mode mode, @Nullable String breaker, @Nullable String fault) {

    /** Of the ConfigMap. */
    public static final String NAME = "sidecar-sizer";

    /** Nobody holds us back. */
    public static final Brake RELEASED = new Brake(Mode.ENFORCE, null, null);

    /** Key of the breaker. A person removes it to mend it. */
    public static final String BREAKER = "breaker";

    private static final String MODE = "mode";
    private static final int LONGEST_SHOWN = 40;

    /** The brake that a ConfigMap's data is. Whoever wrote what cannot be read wanted something: it counts as audit. */
    public static Brake of(Map<String, String> data) {
        String breaker = data.get(BREAKER);
        String said = data.get(MODE);
        if (said == null) {
            return new Brake(Mode.ENFORCE, breaker, null);
        }
        return Stream.of(Mode.values())
                .filter(mode -> mode.toString().equals(said.strip()))
                .findFirst()
                .map(mode -> new Brake(mode, breaker, null))
                .orElseGet(() -> new Brake(
                        Mode.AUDIT,
                        breaker,
                        "data." + MODE + " \"" + said.substring(0, Math.min(LONGEST_SHOWN, said.length()))
                                + "\": must be off, audit or enforce, and counts as audit until it is"));
    }

    /** The brake where a ConfigMap cannot be read. */
    public static Brake unreadable(String fault) {
        return new Brake(Mode.AUDIT, null, fault);
    }

    /** How far we may go. */
    public Mode cap() {
        return breaker == null ? mode : mode.atMost(Mode.AUDIT);
    }
}
