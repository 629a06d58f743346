package dev.sidecarsizer.audit.board;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.profile.Learnt;
import dev.sidecarsizer.store.SidecarProfile;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A workload's last days: the highest use of each in MiB, 0 for a day without samples, and the kernel's kills.
 */
public final class Daily {

    /** How many days are shown. */
    public static final int DAYS = Learnt.Daily.MOST;

    static final Daily NONE = new Daily(LocalDate.EPOCH, new int[0], new int[0]);

    private final LocalDate through;
    private final int[] peaks;
    private final int[] kills;

    private Daily(LocalDate through, int[] peaks, int[] kills) {
        this.through = through;
        this.peaks = peaks;
        this.kills = kills;
    }

    /** What a profile says; nothing where it cannot be read. */
    public static Daily of(SidecarProfile.@Nullable Observed observed) {
        SidecarProfile.Daily stored = observed == null ? null : observed.daily();
        if (stored == null || stored.through() == null || stored.peaks() == null) {
            return NONE;
        }
        try {
            int[] peaks =
                    last(stored.peaks().stream().mapToInt(Daily::mebibytes).toArray());
            int[] kills = stored.kills() == null
                    ? new int[0]
                    : last(stored.kills().stream().mapToInt(Daily::count).toArray());
            return new Daily(LocalDate.parse(stored.through()), peaks, kills);
        } catch (DateTimeException | IllegalArgumentException strange) {
            return NONE;
        }
    }

    /** Where a day stands among the last {@code size}; -1 where it does not. */
    private int index(LocalDate day, int size) {
        long back = day.until(through, ChronoUnit.DAYS);
        return back < 0 || back >= size ? -1 : (int) (size - 1 - back);
    }

    /** The highest use on a day, in MiB; 0 where none was seen. */
    public int peak(LocalDate day) {
        int at = index(day, peaks.length);
        return at < 0 ? 0 : peaks[at];
    }

    /** Kills on a day. */
    public int kills(LocalDate day) {
        int at = index(day, kills.length);
        return at < 0 ? 0 : kills[at];
    }

    /** The first of these days that had samples; empty where none had. */
    public Optional<LocalDate> first() {
        return days().stream().filter(day -> peak(day) > 0).findFirst();
    }

    public boolean isEmpty() {
        return peaks.length == 0;
    }

    /** The last day that is told. */
    public LocalDate through() {
        return through;
    }

    /** The days that are told, oldest first. */
    public List<LocalDate> days() {
        return isEmpty() ? List.of() : days(through);
    }

    /** The days that are shown, up to {@code last}, oldest first. */
    public static List<LocalDate> days(LocalDate last) {
        return last.minusDays(DAYS - 1L).datesUntil(last.plusDays(1)).toList();
    }

    private static int[] last(int[] all) {
        return Arrays.copyOfRange(all, Math.max(0, all.length - DAYS), all.length);
    }

    private static int mebibytes(@Nullable String quantity) {
        return quantity == null
                ? 0
                : (int) Math.min(Integer.MAX_VALUE, Bytes.parse(quantity).value() >> 20);
    }

    private static int count(@Nullable Integer kills) {
        return kills == null ? 0 : Math.max(0, kills);
    }
}
