package dev.sidecarsizer.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdleTimeoutsTest {

    @ParameterizedTest
    @CsvSource({
        "999, 10, ", // 16 MiB are not worth a word
        "5000, 0, PT1M", // nobody asks
        "5000, 0.9, PT1M", // one each has waited 92 minutes: whatever is closed, less than one a second comes back
        "2000, 200, PT1M", // each waits 10 s: in a minute none is idle but by chance, 0.5 a second
        "5000, 100, PT5M", // each waits 50 s: a minute would close 30 a second that come back
        "10000, 50, PT15M", // each waits 200 s
        "20000, 20, PT30M", // each waits 1,000 s: no choice is long enough, so the longest
    })
    void areTheShortestThatCloseHardlyAnythingInUse(long connections, double requestRate, @Nullable Duration timeout) {
        assertThat(IdleTimeouts.of(connections, requestRate)).isEqualTo(Optional.ofNullable(timeout));
    }

    @Test
    void areNotSaidWhereHalfIsKnown() {
        assertThat(ProxyLoad.UNKNOWN.idleTimeout()).isNull();
    }
}
