package dev.sidecarsizer.profile.history;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

/** The highest use of each of the last days, in bytes; a day without samples is not among them. */
final class DailyPeaks {

    /** Four weeks: two to size by, and as many again to see a trend in. */
    static final int MOST = 28;

    private static final long SECONDS = Duration.ofDays(1).toSeconds();

    private final int[] days = new int[MOST];
    private final double[] peaks = new double[MOST];
    private int size;

    /** The day, in days since the epoch, that {@code end} closes or lies in: a window that ends at midnight was yesterday. */
    static int day(Instant end) {
        return (int) Math.floorDiv(end.getEpochSecond() - 1, SECONDS);
    }

    /** Takes in a peak, and returns whether it is the first of its day. */
    boolean add(int day, double peak) {
        int at = Arrays.binarySearch(days, 0, size, day);
        if (at >= 0) {
            peaks[at] = Math.max(peaks[at], peak);
            return false;
        }
        int place = -at - 1;
        if (size == MOST && place == 0) {
            return false;
        }
        if (size == MOST) {
            System.arraycopy(days, 1, days, 0, place - 1);
            System.arraycopy(peaks, 1, peaks, 0, place - 1);
            place--;
        } else {
            System.arraycopy(days, place, days, place + 1, size - place);
            System.arraycopy(peaks, place, peaks, place + 1, size - place);
            size++;
        }
        days[place] = day;
        peaks[place] = peak;
        return true;
    }

    /** That of a day; 0 where none is known. */
    double of(int day) {
        int at = Arrays.binarySearch(days, 0, size, day);
        return at < 0 ? 0 : peaks[at];
    }

    /** Those of the last {@code count} days that had samples, oldest first. */
    Last last(int count) {
        int from = Math.max(0, size - count);
        return new Last(Arrays.copyOfRange(days, from, size), Arrays.copyOfRange(peaks, from, size));
    }

    /** Days and their peaks, oldest first. */
    @SuppressWarnings("ArrayRecordComponent") // handed to arithmetic and dropped
    record Last(int[] days, double[] peaks) {

        int size() {
            return days.length;
        }
    }

    void write(DataOutput out) throws IOException {
        out.writeByte(size);
        for (int i = 0; i < size; i++) {
            // days since 1970, which fit until 2149
            out.writeShort(days[i]);
            out.writeFloat((float) peaks[i]);
        }
    }

    static DailyPeaks read(DataInput in) throws IOException {
        DailyPeaks read = new DailyPeaks();
        for (int size = in.readUnsignedByte(); size > 0; size--) {
            int day = in.readUnsignedShort();
            read.add(day, in.readFloat());
        }
        return read;
    }
}
