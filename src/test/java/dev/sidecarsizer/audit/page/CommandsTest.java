package dev.sidecarsizer.audit.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
            shop                 | shop
            deployment/reviews-1 | deployment/reviews-1
            $(reboot)            | '$(reboot)'
            a b                  | 'a b'
            it's                 | 'it'\\''s'
            -n                   | '-n'
            ; rm -rf /           | '; rm -rf /'
            "<script>"           | '<script>'
            """)
    void quotesWhatAShellWouldTakeForMoreThanAWord(String word, String quoted) {
        assertThat(Commands.quoted(word)).isEqualTo(quoted);
    }
}
