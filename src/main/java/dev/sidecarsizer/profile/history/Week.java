package dev.sidecarsizer.profile.history;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One week of a workload against the outlook that its beginning had. Each pod that ran is one that might have been killed;
 * a pod-week is a place for a pod on all days of it, whoever filled it. So a rollout's new pods are no weeks more.
 */
final class Week {

    /** The highest peaks that are told apart; of a workload with more pods the rest count as the lowest of them. */
    private static final int MOST_PEAKS = 32;

    private final int firstDay;
    private final Outlook outlook;
    private final Map<Integer, Float> peaks = new HashMap<>();
    private int windows;
    private double placeWindows;
    private int days;
    private int lastDay;

    Week(int firstDay, Outlook outlook) {
        this.firstDay = firstDay;
        this.outlook = outlook;
        lastDay = firstDay - 1;
    }

    boolean has(int day) {
        return day >= firstDay && !isOver(day);
    }

    boolean isOver(int day) {
        return day >= firstDay + Outlook.WEEK;
    }

    /** Notes for how many pods there was a place in the same window. */
    void saw(int day, double places) {
        windows++;
        placeWindows += places;
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

    /** What it tells the mesh. */
    PastWeek close(Instant at) {
        double atATime = windows == 0 ? 0 : placeWindows / windows;
        return new PastWeek(
                at,
                outlook,
                Math.max(peaks.size(), (int) Math.round(atATime)),
                atATime * days / Outlook.WEEK,
                peaks.values().stream().sorted(Comparator.reverseOrder()).toList());
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
        PastWeek.write(week.outlook, out);
        out.writeInt(week.windows);
        out.writeDouble(week.placeWindows);
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
        Week week = new Week(firstDay, PastWeek.readOutlook(in));
        week.windows = in.readInt();
        week.placeWindows = in.readDouble();
        week.days = in.readUnsignedByte();
        week.lastDay = in.readInt();
        for (int size = in.readUnsignedByte(); size > 0; size--) {
            int pod = in.readInt();
            week.peaks.put(pod, in.readFloat());
        }
        return week;
    }
}
