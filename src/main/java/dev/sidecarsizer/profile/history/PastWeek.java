package dev.sidecarsizer.profile.history;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A week of a workload that is over.
 *
 * @param at end of the window that ended it
 * @param outlook as it was at its beginning
 * @param pods how many ran; of very many those with the highest peaks, or as many as ran at a time
 * @param weeks pod-weeks in it: pods at a time on average, by the share of its days that any ran on
 * @param peaks in bytes, highest first; of more pods than these the rest had no more than the last
 */
public record PastWeek(Instant at, Outlook outlook, int pods, double weeks, List<Float> peaks) {

    /** Tells the mesh how surprising it was. */
    public void tell(Calibration calibration) {
        for (int pod = 0; pod < pods && !peaks.isEmpty(); pod++) {
            double peak = peaks.get(Math.min(pod, peaks.size() - 1));
            calibration.add(outlook, peak, weeks / pods, at);
        }
    }

    static void write(@Nullable PastWeek week, DataOutput out) throws IOException {
        out.writeBoolean(week != null);
        if (week == null) {
            return;
        }
        out.writeLong(week.at.toEpochMilli());
        write(week.outlook, out);
        out.writeInt(week.pods);
        out.writeDouble(week.weeks);
        out.writeByte(week.peaks.size());
        for (float peak : week.peaks) {
            out.writeFloat(peak);
        }
    }

    static @Nullable PastWeek read(DataInput in) throws IOException {
        if (!in.readBoolean()) {
            return null;
        }
        Instant at = Instant.ofEpochMilli(in.readLong());
        Outlook outlook = readOutlook(in);
        int pods = in.readInt();
        double weeks = in.readDouble();
        List<Float> peaks = new ArrayList<>();
        for (int size = in.readUnsignedByte(); size > 0; size--) {
            peaks.add(in.readFloat());
        }
        return new PastWeek(at, outlook, pods, weeks, List.copyOf(peaks));
    }

    /** Without its trend, which is in {@code highest} already. */
    static void write(Outlook outlook, DataOutput out) throws IOException {
        out.writeDouble(outlook.highest());
        out.writeDouble(outlook.spread());
        out.writeByte(outlook.days());
    }

    static Outlook readOutlook(DataInput in) throws IOException {
        double highest = in.readDouble();
        double spread = in.readDouble();
        return new Outlook(highest, spread, in.readUnsignedByte(), Trend.NONE);
    }
}
