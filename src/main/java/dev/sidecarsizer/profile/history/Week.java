package dev.sidecarsizer.profile.history;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One week of a workload against the outlook that its beginning had. Each place for a pod is one pod-week, whoever
 * filled it: of a job's many short runs, those with the highest peaks count, as many as ran at a time.
 */
final class Week {

    /** The highest peaks that are told apart; of a workload with more pods the rest count as the lowest of them. */
    private static final int MOST_PEAKS = 32;

    private final int firstDay;
    private final Outlook outlook;
    private final Map<Integer, Float> peaks = new HashMap<>();
    private int places;
    private int days;
    private int lastDay;

    Week(int firstDay, Outlook outlook) {
        this.firstDay = firstDay;
        this.outlook = outlook;
        lastDay = firstDay - 1;
    }

    boolean isOver(int day) {
        return day >= firstDay + Outlook.WEEK;
    }

    /** Notes that so many pods ran in the same window. */
    void saw(int day, int pods) {
        places = Math.max(places, pods);
        if (day > lastDay) {
            lastDay = day;
            days++;
        }
    }

    void peak(int pod, double bytes) {
        Float before = peaks.get(pod);
        if (before == null && peaks.size() == MOST_PEAKS) {
            Map.Entry<Integer, Float> lowest = lowest();
            if (bytes <= lowest.getValue()) {
                return;
            }
            peaks.remove(lowest.getKey());
        }
        peaks.merge(pod, (float) bytes, Math::max);
    }

    /** Tells the mesh how surprising it was. */
    void close(Calibration calibration, Instant at) {
        List<Float> highest =
                peaks.values().stream().sorted((a, b) -> Float.compare(b, a)).toList();
        for (int place = 0; place < places && !highest.isEmpty(); place++) {
            double peak = highest.get(Math.min(place, highest.size() - 1));
            calibration.add(outlook, peak, (double) days / Outlook.WEEK, at);
        }
    }

    private Map.Entry<Integer, Float> lowest() {
        return peaks.entrySet().stream()
                .min(Map.Entry.<Integer, Float>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .orElseThrow();
    }

    static void write(@Nullable Week week, DataOutput out) throws IOException {
        out.writeBoolean(week != null);
        if (week == null) {
            return;
        }
        out.writeInt(week.firstDay);
        out.writeDouble(week.outlook.highest());
        out.writeDouble(week.outlook.spread());
        out.writeByte(week.outlook.days());
        out.writeInt(week.places);
        out.writeByte(week.days);
        out.writeInt(week.lastDay);
        out.writeByte(week.peaks.size());
        for (Map.Entry<Integer, Float> peak : week.peaks.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .toList()) {
            out.writeInt(peak.getKey());
            out.writeFloat(peak.getValue());
        }
    }

    static @Nullable Week read(DataInput in) throws IOException {
        if (!in.readBoolean()) {
            return null;
        }
        int firstDay = in.readInt();
        double highest = in.readDouble();
        double spread = in.readDouble();
        Week week = new Week(firstDay, new Outlook(highest, spread, in.readUnsignedByte(), Trend.NONE));
        week.places = in.readInt();
        week.days = in.readUnsignedByte();
        week.lastDay = in.readInt();
        for (int size = in.readUnsignedByte(); size > 0; size--) {
            int pod = in.readInt();
            week.peaks.put(pod, in.readFloat());
        }
        return week;
    }
}
