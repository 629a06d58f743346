package dev.sidecarsizer.profile.history;

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
 * @param pastHours hours that pods ran which we did not size, decaying
 * @param pastKills kernel kills of such, decaying alike
 * @param counted when they were counted last; the epoch before the first time
 * @param kills when the kernel killed pods that we sized, of late
 * @param last the last time that sizing was withdrawn, which may be over; {@code null} where it never was
 */
public record Trial(double pastHours, double pastKills, Instant counted, List<Kill> kills, @Nullable Withdraw last) {

    /** Nothing is known. */
    public static final Trial BEGIN = new Trial(0, 0, Instant.EPOCH, List.of(), null);

    /** What a trial may take in etcd, as text; more kills than fit say no more. */
    public static final int LARGEST = 1024;

    /** The latest are kept. */
    public static final int MOST_KILLS = 32;

    private static final int LONGEST_WHY = 200;

    /**
     * One of them.
     *
     * @param at when, by the node's clock
     * @param pod a hash of its uid, which tells a few pods apart
     */
    public record Kill(Instant at, int pod) {}

    public Trial {
        kills = kills.stream().skip(Math.max(0, kills.size() - MOST_KILLS)).toList();
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
        out.writeDouble(pastHours);
        out.writeDouble(pastKills);
        out.writeLong(counted.getEpochSecond());
        out.writeByte(kills.size());
        for (Kill kill : kills) {
            out.writeLong(kill.at().getEpochSecond());
            out.writeInt(kill.pod());
        }
        out.writeBoolean(last != null);
        if (last != null) {
            out.writeLong(last.since().getEpochSecond());
            out.writeLong(last.until().getEpochSecond());
            out.writeInt(last.times());
            out.writeUTF(
                    last.why().substring(0, Math.min(LONGEST_WHY, last.why().length())));
        }
    }

    private static Trial read(DataInput in) throws IOException {
        double hours = in.readDouble();
        double killed = in.readDouble();
        Instant counted = Instant.ofEpochSecond(in.readLong());
        List<Kill> kills = new ArrayList<>();
        for (int left = in.readUnsignedByte(); left > 0; left--) {
            kills.add(new Kill(Instant.ofEpochSecond(in.readLong()), in.readInt()));
        }
        Withdraw last = in.readBoolean()
                ? new Withdraw(
                        Instant.ofEpochSecond(in.readLong()),
                        Instant.ofEpochSecond(in.readLong()),
                        in.readInt(),
                        in.readUTF())
                : null;
        return new Trial(hours, killed, counted, kills, last);
    }
}
