package dev.sidecarsizer.profile.history;

import java.time.Instant;

/**
 * What is kept of the mesh as a whole.
 *
 * @param calibration of the sizing rule
 * @param through end of the last window that all histories have in them
 */
public record MeshHistory(Calibration calibration, Instant through) {

    /** Of a mesh of which nothing was seen yet. */
    public static MeshHistory begin() {
        return new MeshHistory(new Calibration(), Instant.EPOCH);
    }

    /** As text of at most {@value dev.sidecarsizer.profile.Learnt#LARGEST_HISTORY} characters. */
    public String encode() {
        return Text.of(out -> {
            calibration.write(out);
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
            return new MeshHistory(calibration, Instant.ofEpochMilli(in.readLong()));
        });
    }
}
