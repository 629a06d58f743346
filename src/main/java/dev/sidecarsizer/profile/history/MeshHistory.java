package dev.sidecarsizer.profile.history;

import java.time.Instant;

/**
 * What is kept of the mesh as a whole.
 *
 * @param calibration of the sizing rule
 * @param settled end of the last window whose weeks the calibration has in it, all of them
 * @param through end of the last window that all histories have in them: before {@code settled} where the past of some is
 *     read late
 */
public record MeshHistory(Calibration calibration, Instant settled, Instant through) {

    /** Of a mesh of which nothing was seen yet. */
    public static MeshHistory begin() {
        return new MeshHistory(new Calibration(), Instant.EPOCH, Instant.EPOCH);
    }

    /** As text of at most {@value dev.sidecarsizer.profile.Learnt#LARGEST_HISTORY} characters. */
    public String encode() {
        return Text.of(out -> {
            calibration.write(out);
            out.writeLong(settled.toEpochMilli());
            out.writeLong(through.toEpochMilli());
        });
    }

    /**
     * Reads what {@link #encode()} wrote.
     *
     * @throws HistoryFault where it is none, or of another version
     */
    public static MeshHistory decode(String text) throws HistoryFault {
        return Text.read(text, in -> {
            Calibration calibration = Calibration.read(in);
            Instant settled = Instant.ofEpochMilli(in.readLong());
            return new MeshHistory(calibration, settled, Instant.ofEpochMilli(in.readLong()));
        });
    }
}
