package dev.sidecarsizer.profile.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sidecarsizer.profile.Learnt;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class MeshHistoryTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void isReadAsItWasWrittenAndFitsInAnObject() throws HistoryFault {
        Calibration calibration = new Calibration();
        for (int days = 3; days <= 14; days += 11) {
            Outlook outlook = new Outlook(100, 0.1, days, Trend.NONE);
            for (int i = 0; i < 400; i++) {
                calibration.add(outlook, outlook.leaningOn(0.1).atSurprise(0.3 * Math.pow(1.02, i % 180)), 1, NOW);
            }
        }
        MeshHistory written = new MeshHistory(calibration, NOW, NOW.minusSeconds(60));
        MeshHistory read = MeshHistory.decode(written.encode());
        assertThat(written.encode()).hasSizeLessThanOrEqualTo(Learnt.LARGEST_HISTORY);
        assertThat(read.encode()).isEqualTo(written.encode());
        assertThat(read.settled()).isEqualTo(NOW);
        assertThat(read.through()).isEqualTo(NOW.minusSeconds(60));
        assertThat(read.calibration().weeks(NOW)).isEqualTo(calibration.weeks(NOW));
        for (int days = 3; days <= 14; days += 11) {
            Outlook outlook = new Outlook(100, 0.1, days, Trend.NONE);
            assertThat(read.calibration().limit(outlook, 0.01, NOW)).isEqualTo(calibration.limit(outlook, 0.01, NOW));
        }
    }

    @Test
    void isNotReadFromAnythingElse() {
        String text = MeshHistory.begin().encode();
        for (String other : new String[] {"", "?", text.substring(4), text.substring(0, 40), new History().encode()}) {
            assertThatThrownBy(() -> MeshHistory.decode(other)).isInstanceOf(HistoryFault.class);
        }
    }
}
