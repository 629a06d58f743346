package dev.sidecarsizer.profile.history;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.profile.Verdict.Raise;
import dev.sidecarsizer.profile.Verdict.Withdraw;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a workload's pods do since they are sized, and how they did before: what {@code guard} judges by.
 *
 * @param past of its pods that we did not size
 * @param counted when they were counted last; the epoch before the first time
 * @param kills when the kernel killed pods that we sized, of late
 * @param restarts when such were started again for another reason, of late
 * @param sheds since when at each look such refused traffic; {@code null} where they do not
 * @param raised the last time that limits were raised, which may be over; {@code null} where they never were
 * @param last the last time that sizing was withdrawn, which may be over; {@code null} where it never was
 */
public record Trial(
        Past past,
        Instant counted,
        List<Ended> kills,
        List<Ended> restarts,
        @Nullable Instant sheds,
        @Nullable Raise raised,
        @Nullable Withdraw last) {

    /** Nothing is known. */
    public static final Trial BEGIN =
            new Trial(new Past(0, 0, 0), Instant.EPOCH, List.of(), List.of(), null, null, null);

    /** What a trial may take in etcd, as text; more than fits says no more. */
    public static final int LARGEST = 1536;

    /** The latest are kept. */
    public static final int MOST_KILLS = 32;

    public static final int MOST_RESTARTS = 12;

    private static final int LONGEST_WHY = 200;

    /**
     * What is held against pods that are sized; all of it decays alike.
     *
     * @param hours that pods ran which we did not size
     * @param kills kernel kills of such
     * @param restarts of such, for another reason
     */
    public record Past(double hours, double kills, double restarts) {

        /** What is left of it. */
        public Past times(double share) {
            return new Past(hours * share, kills * share, restarts * share);
        }

        /** Both together. */
        public Past plus(Past other) {
            return new Past(hours + other.hours, kills + other.kills, restarts + other.restarts);
        }
    }

    /**
     * The end of a proxy.
     *
     * @param at when, by the node's clock
     * @param pod a hash of its uid, which tells a few pods apart
     */
    public record Ended(Instant at, int pod) {}

    public Trial {
        kills = latest(kills, MOST_KILLS);
        restarts = latest(restarts, MOST_RESTARTS);
    }

    private static List<Ended> latest(List<Ended> all, int most) {
        return all.stream().skip(Math.max(0, all.size() - most)).toList();
    }

    /** With that past. */
    public Trial with(Past now) {
        return new Trial(now, counted, kills, restarts, sheds, raised, last);
    }

    /** With these ends, oldest first. */
    public Trial with(List<Ended> nowKills, List<Ended> nowRestarts) {
        return new Trial(past, counted, nowKills, nowRestarts, sheds, raised, last);
    }

    /** Refusing traffic since then, or not. */
    public Trial shedding(@Nullable Instant since) {
        return new Trial(past, counted, kills, restarts, since, raised, last);
    }

    /** Counted then. */
    public Trial counted(Instant now) {
        return new Trial(past, now, kills, restarts, sheds, raised, last);
    }

    /** Raised so. What led to that is done with. */
    public Trial with(Raise now) {
        return new Trial(past, counted, List.of(), List.of(), null, now, last);
    }

    /** Withdrawn so. What led to that is done with. */
    public Trial with(Withdraw now) {
        return new Trial(past, counted, List.of(), List.of(), null, raised, now);
    }

    /** As text of at most {@value #LARGEST} characters. */
    public String encode() {
        return Text.of(this::write);
    }

    /**
     * Reads what {@link #encode()} wrote.
     *
     * @throws HistoryFault where it is none, or of another version
     */
    public static Trial decode(String text) throws HistoryFault {
        return Text.read(text, Trial::read);
    }

    private void write(DataOutput out) throws IOException {
        out.writeDouble(past.hours());
        out.writeDouble(past.kills());
        out.writeDouble(past.restarts());
        write(counted, out);
        write(kills, out);
        write(restarts, out);
        write(sheds == null ? Instant.EPOCH : sheds, out);
        out.writeBoolean(raised != null);
        if (raised != null) {
            write(raised.since(), out);
            write(raised.until(), out);
            out.writeInt(raised.times());
            out.writeLong(raised.limit().value());
            write(raised.why(), out);
        }
        out.writeBoolean(last != null);
        if (last != null) {
            write(last.since(), out);
            write(last.until(), out);
            out.writeInt(last.times());
            write(last.why(), out);
        }
    }

    private static Trial read(DataInput in) throws IOException {
        Past past = new Past(in.readDouble(), in.readDouble(), in.readDouble());
        Instant counted = instant(in);
        List<Ended> kills = ends(in);
        List<Ended> restarts = ends(in);
        Instant sheds = instant(in);
        Raise raised = in.readBoolean()
                ? new Raise(instant(in), instant(in), in.readInt(), new Bytes(in.readLong()), in.readUTF())
                : null;
        Withdraw last = in.readBoolean() ? new Withdraw(instant(in), instant(in), in.readInt(), in.readUTF()) : null;
        return new Trial(past, counted, kills, restarts, sheds.equals(Instant.EPOCH) ? null : sheds, raised, last);
    }

    private static void write(List<Ended> ends, DataOutput out) throws IOException {
        out.writeByte(ends.size());
        for (Ended end : ends) {
            write(end.at(), out);
            out.writeInt(end.pod());
        }
    }

    private static List<Ended> ends(DataInput in) throws IOException {
        List<Ended> ends = new ArrayList<>();
        for (int left = in.readUnsignedByte(); left > 0; left--) {
            ends.add(new Ended(instant(in), in.readInt()));
        }
        return ends;
    }

    private static void write(String why, DataOutput out) throws IOException {
        out.writeUTF(why.substring(0, Math.min(LONGEST_WHY, why.length())));
    }

    private static void write(Instant at, DataOutput out) throws IOException {
        out.writeLong(at.getEpochSecond());
    }

    private static Instant instant(DataInput in) throws IOException {
        return Instant.ofEpochSecond(in.readLong());
    }
}
