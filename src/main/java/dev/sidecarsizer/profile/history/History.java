package dev.sidecarsizer.profile.history;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.profile.Learnt.Measured;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What was seen of one subject's proxies: as much as sizing needs, in less than 4 KiB of text.
 *
 * <p>It grows by whole windows, each once: one that is not later than {@link #through()} is known already. So whoever
 * goes on from a kept history, and asks again for what came after it, loses nothing and counts nothing twice.
 *
 * <p>A pod counts with one peak and one mean for a window, however often it was sampled, and with none where it was
 * sampled fewer than {@value #FEWEST_SAMPLES} times in it and the window before: a peak needs to have been looked for.
 */
public final class History {

    /** With fewer samples than this, a pod's peak was hardly seen. */
    public static final int FEWEST_SAMPLES = 3;

    /** What was seen two weeks ago counts a quarter. */
    private static final Duration HALF_LIFE = Duration.ofDays(7);

    private static final double HOUR = Duration.ofHours(1).toSeconds();
    private static final int MOST_THIN = 16;
    private static final int MOST_MAKES = 8;

    private final DecayingSketch peaks;
    private final DecayingSketch means;
    private final DailyPeaks daily;
    private final Kills kills;
    private final NavigableMap<Integer, Thin> thin = new TreeMap<>();
    private final SequencedSet<Integer> makes = new LinkedHashSet<>();
    private @Nullable Week week;
    private Instant through = Instant.EPOCH;
    private int days;
    private long samples;
    private int pods;
    private int oomKills;
    private long oomLimit;
    private int oomDay;
    private float secondsApart;

    /** A pod that was sampled too seldom in the last window to count. */
    private record Thin(int samples, float peak) {}

    /** Of a subject that nothing was seen of yet. */
    public History() {
        this(new DecayingSketch(HALF_LIFE), new DecayingSketch(HALF_LIFE), new DailyPeaks(), new Kills());
    }

    private History(DecayingSketch peaks, DecayingSketch means, DailyPeaks daily, Kills kills) {
        this.peaks = peaks;
        this.means = means;
        this.daily = daily;
        this.kills = kills;
    }

    /** End of the last window that is in it; the epoch where none is. */
    public Instant through() {
        return through;
    }

    /**
     * Adds one window of all pods.
     *
     * @param end of the window, of each of {@code windows} too
     * @param calibration is told of a week that ends with it
     * @return false where it was known already
     */
    public boolean add(Instant end, List<PodWindow> windows, Calibration calibration) {
        if (!end.isAfter(through)) {
            return false;
        }
        through = end;
        int day = DailyPeaks.day(end);
        turnWeek(day, end, calibration);
        Map<Integer, Thin> before = Map.copyOf(thin);
        thin.clear();
        int counted = 0;
        float closest = Float.MAX_VALUE;
        for (PodWindow window : windows) {
            if (add(window, day, before.get(window.pod().hashCode()))) {
                counted++;
                closest = Math.min(closest, (float) window.length().toSeconds() / window.samples());
            }
        }
        if (counted > 0) {
            pods = counted;
            secondsApart = closest;
            if (week != null) {
                week.saw(day, counted);
            }
        }
        return true;
    }

    private boolean add(PodWindow window, int day, @Nullable Thin before) {
        int pod = window.pod().hashCode();
        int seen = window.samples() + (before == null ? 0 : before.samples());
        double peak = Math.max((double) window.peak().value(), before == null ? 0 : before.peak());
        if (seen < FEWEST_SAMPLES) {
            thin.put(pod, new Thin(seen, (float) peak));
            if (thin.size() > MOST_THIN) {
                // whatever the order in which pods are told of
                thin.pollLastEntry();
            }
            return false;
        }
        double hours = window.length().toSeconds() / HOUR;
        peaks.add(peak, hours, window.end());
        means.add((double) window.mean().value(), hours, window.end());
        samples += window.samples();
        note(day, pod, peak);
        return true;
    }

    private void note(int day, int pod, double peak) {
        if (daily.add(day, peak)) {
            days++;
        }
        if (week != null) {
            week.peak(pod, peak);
        }
    }

    private void turnWeek(int day, Instant at, Calibration calibration) {
        if (week != null && week.isOver(day)) {
            week.close(calibration, at);
            week = null;
        }
        if (week == null) {
            week = outlook().map(outlook -> new Week(day, outlook)).orElse(null);
        }
    }

    /**
     * Notes that the kernel killed a proxy. It needed at least what it was allowed, so that day's peak was no less.
     *
     * @param limit at which it happened; {@code null} where not known
     * @return false where this kill was noted before
     */
    public boolean killed(PodName pod, Instant at, @Nullable Bytes limit) {
        return killed(pod, at, Duration.ZERO, limit);
    }

    /**
     * Notes a kill whose time is not known exactly.
     *
     * @param doubt how far from {@code at} another kill of the pod counts as this one
     * @return false where this kill was noted before
     */
    public boolean killed(PodName pod, Instant at, Duration doubt, @Nullable Bytes limit) {
        if (!kills.add(pod, at, doubt)) {
            return false;
        }
        if (isForgiven()) {
            oomKills = 0;
            oomLimit = 0;
        }
        oomKills++;
        int day = DailyPeaks.day(at);
        oomDay = Math.max(oomDay, day);
        if (limit != null) {
            oomLimit = Math.max(oomLimit, limit.value());
            note(day, pod.hashCode(), (double) limit.value());
        }
        return true;
    }

    /** Kills remembered: until two weeks of samples have come in without another. */
    public int oomKills() {
        return isForgiven() ? 0 : oomKills;
    }

    /** The largest limit at which a proxy was killed, as long as it is remembered. */
    public Optional<Bytes> oomLimit() {
        return oomKills() == 0 || oomLimit == 0 ? Optional.empty() : Optional.of(new Bytes(oomLimit));
    }

    private boolean isForgiven() {
        DailyPeaks.Last last = daily.last(Outlook.DAYS);
        return last.size() == Outlook.DAYS && last.days()[0] > oomDay;
    }

    /**
     * Notes a pod template, and the image of the proxy in it, that pods of the subject were made from; the last
     * {@value #MOST_MAKES} of them are remembered.
     *
     * @return whether it is a new one
     */
    public boolean made(@Nullable String revision, String image) {
        boolean isNew = makes.add(Objects.hash(revision, image));
        if (makes.size() > MOST_MAKES) {
            makes.removeFirst();
        }
        return isNew;
    }

    /** How many different pod templates and images are remembered. */
    public int makes() {
        return makes.size();
    }

    /** Whether no pod template and image was new after these. */
    public boolean madeLast(@Nullable String revision, String image) {
        return !makes.isEmpty() && makes.getLast() == Objects.hash(revision, image);
    }

    /** One that has seen nothing yet, but knows what pods were made from. */
    public History anew() {
        History begun = new History();
        begun.makes.addAll(makes);
        return begun;
    }

    /** What the coming week may bring; empty before the first day has passed. */
    public Optional<Outlook> outlook() {
        return days < 2 ? Optional.empty() : Optional.of(Outlook.of(daily));
    }

    /** Which share of daily peaks its samples show, by how close the last ones were. */
    double peaksSeen() {
        return Scrape.seen(secondsApart);
    }

    /** Typical use: what nine of ten hours' means stay below. */
    Bytes typical() {
        return new Bytes(Math.round(means.quantile(0.9)));
    }

    /** Days on which something was seen. */
    public int days() {
        return days;
    }

    /** What it shows of itself; empty where nothing was seen. A kill says something, also before the first sample. */
    public Optional<Measured> measured(@Nullable Bytes live) {
        if (samples == 0 && oomKills() == 0) {
            return Optional.empty();
        }
        DailyPeaks.Last last = daily.last(Outlook.DAYS);
        double peak = 0;
        for (double one : last.peaks()) {
            peak = Math.max(peak, one);
        }
        return Optional.of(new Measured(
                pods,
                days,
                samples,
                mebibytes(means.quantile(0.5)),
                mebibytes(peaks.quantile(0.9)),
                mebibytes(peaks.quantile(0.99)),
                mebibytes(peak),
                live,
                oomKills(),
                oomLimit().orElse(null),
                through.equals(Instant.EPOCH) ? null : through));
    }

    private static Bytes mebibytes(double bytes) {
        return new Bytes(Math.round(bytes)).times(1);
    }

    /** As text of at most {@value dev.sidecarsizer.profile.Learnt#LARGEST_HISTORY} characters. */
    public String encode() {
        return Text.of(this::write);
    }

    /**
     * Reads what {@link #encode()} wrote.
     *
     * @throws HistoryFault where it is none, or of another version
     */
    public static History decode(String text) throws HistoryFault {
        return Text.read(text, History::read);
    }

    private void write(DataOutput out) throws IOException {
        peaks.write(out);
        means.write(out);
        daily.write(out);
        kills.write(out);
        Week.write(week, out);
        out.writeLong(through.toEpochMilli());
        out.writeInt(days);
        out.writeLong(samples);
        out.writeInt(pods);
        out.writeInt(oomKills);
        out.writeLong(oomLimit);
        out.writeInt(oomDay);
        out.writeFloat(secondsApart);
        out.writeByte(makes.size());
        for (int make : makes) {
            out.writeInt(make);
        }
        out.writeByte(thin.size());
        for (Map.Entry<Integer, Thin> one : thin.entrySet()) {
            out.writeInt(one.getKey());
            out.writeByte(one.getValue().samples());
            out.writeFloat(one.getValue().peak());
        }
    }

    private static History read(DataInput in) throws IOException {
        DecayingSketch peaks = DecayingSketch.read(in, HALF_LIFE);
        DecayingSketch means = DecayingSketch.read(in, HALF_LIFE);
        DailyPeaks daily = DailyPeaks.read(in);
        History history = new History(peaks, means, daily, Kills.read(in));
        history.week = Week.read(in);
        history.through = Instant.ofEpochMilli(in.readLong());
        history.days = in.readInt();
        history.samples = in.readLong();
        history.pods = in.readInt();
        history.oomKills = in.readInt();
        history.oomLimit = in.readLong();
        history.oomDay = in.readInt();
        history.secondsApart = in.readFloat();
        for (int size = in.readUnsignedByte(); size > 0; size--) {
            history.makes.add(in.readInt());
        }
        for (int size = in.readUnsignedByte(); size > 0; size--) {
            int pod = in.readInt();
            int seen = in.readUnsignedByte();
            history.thin.put(pod, new Thin(seen, in.readFloat()));
        }
        return history;
    }
}
