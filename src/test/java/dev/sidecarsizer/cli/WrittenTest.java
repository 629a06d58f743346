package dev.sidecarsizer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WrittenTest {

    /** To some readers of YAML U+0085, U+2028 and U+2029 end a comment, and what follows would be applied. */
    @Test
    void printableEndsNoLineAndMovesNoCursor() {
        assertThat(Written.printable("a\nb\u0085c\u2028d\u2029e\u009bf\u202eg")).isEqualTo("a?b?c?d?e?f?g");
        assertThat(Written.printable("peak 96 MiB, größer")).isEqualTo("peak 96 MiB, größer");
    }
}
