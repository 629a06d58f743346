package dev.sidecarsizer.profile.history;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.profile.Learnt.Daily;
import dev.sidecarsizer.profile.Learnt.Measured;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
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

    private static final Duration DAY = Duration.ofDays(1);
    private static final double HOUR = Duration.ofHours(1).toSeconds();

    private final DecayingSketch peaks;
    private final DecayingSketch means;
    private final DailyPeaks daily;
    private final Kills kills;
    private final Makes makes;
    private ThinPods thin = new ThinPods();
    private @Nullable Week week;
    private @Nullable PastWeek pastWeek;
    private Instant began = Instant.EPOCH;
    private Instant through = Instant.EPOCH;
    private int days;
    private long samples;
    private int pods;
    private float secondsApart;
    private Target target = Target.DEFAULT;

    /** Of a subject that nothing was seen of yet. */
    public History() {
        this(new Makes());
    }

    private History(Makes makes) {
        this(new DecayingSketch(HALF_LIFE), new DecayingSketch(HALF_LIFE), new DailyPeaks(), new Kills(), makes);
    }

    private History(DecayingSketch peaks, DecayingSketch means, DailyPeaks daily, Kills kills, Makes makes) {
        this.peaks = peaks;
        this.means = means;
        this.daily = daily;
        this.kills = kills;
        this.makes = makes;
    }

    /** End of the last window that is in it; the epoch where none is. */
    public Instant through() {
        return through;
    }

    /**
     * Adds one window of all pods.
     *
     * @param end of the window, of each of {@code windows} too
     * @param secondsApart how far samples are apart; pods that are there for a moment cannot tell
     * @return false where it was known already
     */
    public boolean add(Instant end, List<PodWindow> windows, double secondsApart) {
        if (!end.isAfter(through)) {
            return false;
        }
        through = end;
        int day = DailyPeaks.day(end);
        turnWeek(day, end);
        ThinPods before = thin;
        thin = new ThinPods();
        int counted = 0;
        double places = 0;
        for (PodWindow window : windows) {
            if (add(window, day, before.get(window.pod().hashCode()))) {
                counted++;
                places += Math.min(
                        1, window.samples() * secondsApart / window.length().toSeconds());
            }
        }
        if (counted > 0) {
            pods = counted;
            this.secondsApart = (float) secondsApart;
            if (began.equals(Instant.EPOCH)) {
                began = end.minus(windows.getFirst().length());
            }
            if (week != null) {
                week.saw(day, Math.max(1, places));
            }
        }
        return true;
    }

    private boolean add(PodWindow window, int day, ThinPods.@Nullable Thin before) {
        int pod = window.pod().hashCode();
        int seen = window.samples() + (before == null ? 0 : before.samples());
        double peak = Math.max((double) window.peak().value(), before == null ? 0 : before.peak());
        if (seen < FEWEST_SAMPLES) {
            thin.put(pod, seen, peak);
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
        if (week != null && week.has(day)) {
            week.peak(pod, peak);
        }
    }

    private void turnWeek(int day, Instant at) {
        if (week != null && week.isOver(day)) {
            pastWeek = week.close(at);
            week = null;
        }
        if (week == null) {
            week = outlook().map(outlook -> new Week(day, outlook)).orElse(null);
        }
    }

    /**
     * Notes that the kernel killed a proxy. It needed at least what it was allowed, so that day's peak was no less.
     *
     * @param created when the pod was, by the API server's clock
     * @param at when it was killed, by a clock that may be wrong: one from before the pod was counts as of {@code now}
     * @param limit at which it happened; {@code null} where not known
     * @param now by ours: no kill counts as later than that
     * @return false where this kill was noted before
     */
    public boolean killed(PodName pod, Instant created, Instant at, @Nullable Bytes limit, Instant now) {
        return killed(pod, at, Duration.ZERO, limit, at.isBefore(created) ? now : at, now);
    }

    /**
     * Notes a kill whose time is not known exactly.
     *
     * @param doubt how far from {@code at} another kill of the pod counts as this one
     * @return false where this kill was noted before
     */
    public boolean killed(PodName pod, Instant at, Duration doubt, @Nullable Bytes limit, Instant now) {
        return killed(pod, at, doubt, limit, at, now);
    }

    /** @param happened when it counts as, where that is another time than it is told apart by */
    private boolean killed(
            PodName pod, Instant at, Duration doubt, @Nullable Bytes limit, Instant happened, Instant now) {
        if (!kills.isNew(pod, at, doubt)) {
            return false;
        }
        if (isForgiven()) {
            kills.forgive();
        }
        int day = DailyPeaks.day(happened.isAfter(now) ? now : happened);
        kills.count(day, limit == null ? 0 : limit.value());
        if (limit != null) {
            note(day, pod.hashCode(), (double) limit.value());
        }
        return true;
    }

    /**
     * Notes that a proxy refused traffic for want of memory. It would have taken what it was allowed, so the peak of the
     * day that was seen last was no less. Not so where it never took half of that: then a bound of its owner's own refuses,
     * which a larger limit does not move.
     *
     * @param used what it takes now
     * @param limit that it runs with
     * @return whether that day's peak was not known to be as much
     */
    public boolean shed(PodName pod, Bytes used, Bytes limit) {
        if (through.equals(Instant.EPOCH)) {
            return false;
        }
        int day = DailyPeaks.day(through);
        double known = daily.of(day);
        if (Math.max(known, (double) used.value()) < limit.value() / 2.0) {
            return false;
        }
        note(day, pod.hashCode(), (double) limit.value());
        return known < daily.of(day);
    }

    /** Kills remembered: until two weeks of samples have come in without another. */
    public int oomKills() {
        return isForgiven() ? 0 : kills.count();
    }

    /** The largest limit at which a proxy was killed, as long as it is remembered. */
    public Optional<Bytes> oomLimit() {
        return oomKills() == 0 || kills.limit() == 0 ? Optional.empty() : Optional.of(new Bytes(kills.limit()));
    }

    private boolean isForgiven() {
        DailyPeaks.Last last = daily.last(Outlook.DAYS);
        return last.size() == Outlook.DAYS && last.days()[0] > kills.lastDay();
    }

    /**
     * Notes a pod template, and the image of the proxy in it, that pods of the subject were made from; the last few of
     * them are remembered.
     *
     * @return whether it is a new one
     */
    public boolean made(@Nullable String revision, String image) {
        return makes.add(revision, image);
    }

    /** How many different pod templates and images are remembered. */
    public int makes() {
        return makes.size();
    }

    /** Whether no pod template and image was new after these. */
    public boolean madeLast(@Nullable String revision, String image) {
        return makes.endWith(revision, image);
    }

    /** One that has seen nothing yet, in place of this one: it knows what pods were made from. */
    public History anew() {
        return new History(makes);
    }

    /** Notes what the policy of the last pod aims at: what is to be said while none runs. */
    public void aimFor(Target now) {
        target = now;
    }

    /** What the last pod's policy aimed at. */
    public Target target() {
        return target;
    }

    /** What the coming week may bring; empty before more than a day has passed. */
    public Optional<Outlook> outlook() {
        boolean enough = days > 1 && seenFor().compareTo(DAY) > 0;
        return enough ? Optional.of(Outlook.of(daily, days())) : Optional.empty();
    }

    /** The last week that is over, until the next one is. */
    public Optional<PastWeek> pastWeek() {
        return Optional.ofNullable(pastWeek);
    }

    /** Which share of daily peaks its samples show, by how close the last ones were. */
    double peaksSeen() {
        return Scrape.seen(secondsApart);
    }

    /** Typical use: what nine of ten hours' means stay below. */
    public Bytes typical() {
        return new Bytes(Math.round(means.quantile(0.9)));
    }

    /** Days on which something was seen; no more than have passed since the first window began. */
    public int days() {
        return (int) Math.min(days, seenFor().toDays());
    }

    /** From the beginning of the first window to the end of the last. */
    public Duration seenFor() {
        return began.equals(Instant.EPOCH) ? Duration.ZERO : Duration.between(began, through);
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
                days(),
                samples,
                mebibytes(means.quantile(0.5)),
                mebibytes(peaks.quantile(0.9)),
                mebibytes(peaks.quantile(0.99)),
                mebibytes(peak),
                live,
                oomKills(),
                oomLimit().orElse(null),
                through.equals(Instant.EPOCH) ? null : through,
                lastDays()));
    }

    /** From the first of the last days that has something to tell to the last of all. */
    private Daily lastDays() {
        int today = Math.max(through.equals(Instant.EPOCH) ? 0 : DailyPeaks.day(through), kills.lastDay());
        List<Bytes> peaks = new ArrayList<>();
        List<Integer> killed = new ArrayList<>();
        for (int day = today - Daily.MOST + 1; day <= today; day++) {
            Bytes peak = mebibytes(daily.of(day));
            int count = kills.on(day);
            if (!peaks.isEmpty() || count > 0 || !peak.equals(Bytes.ZERO)) {
                peaks.add(peak);
                killed.add(count);
            }
        }
        return new Daily(LocalDate.ofEpochDay(today), List.copyOf(peaks), List.copyOf(killed));
    }

    private static Bytes mebibytes(double bytes) {
        return new Bytes(Math.round(bytes)).times(1);
    }

    /** Gives the highest use of each of the last four weeks' days that had samples, oldest first, by the day's end. */
    public void eachDay(BiConsumer<Instant, Bytes> into) {
        DailyPeaks.Last all = daily.last(DailyPeaks.MOST);
        for (int i = 0; i < all.size(); i++) {
            into.accept(
                    LocalDate.ofEpochDay(all.days()[i] + 1L)
                            .atStartOfDay(ZoneOffset.UTC)
                            .toInstant(),
                    mebibytes(all.peaks()[i]));
        }
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
        makes.write(out);
        Week.write(week, out);
        PastWeek.write(pastWeek, out);
        out.writeLong(began.toEpochMilli());
        out.writeLong(through.toEpochMilli());
        out.writeInt(days);
        out.writeLong(samples);
        out.writeInt(pods);
        out.writeFloat(secondsApart);
        target.write(out);
        thin.write(out);
    }

    private static History read(DataInput in) throws IOException {
        DecayingSketch peaks = DecayingSketch.read(in, HALF_LIFE);
        DecayingSketch means = DecayingSketch.read(in, HALF_LIFE);
        DailyPeaks daily = DailyPeaks.read(in);
        Kills kills = Kills.read(in);
        History history = new History(peaks, means, daily, kills, Makes.read(in));
        history.week = Week.read(in);
        history.pastWeek = PastWeek.read(in);
        history.began = Instant.ofEpochMilli(in.readLong());
        history.through = Instant.ofEpochMilli(in.readLong());
        history.days = in.readInt();
        history.samples = in.readLong();
        history.pods = in.readInt();
        history.secondsApart = in.readFloat();
        history.target = Target.read(in);
        history.thin = ThinPods.read(in);
        return history;
    }
}
