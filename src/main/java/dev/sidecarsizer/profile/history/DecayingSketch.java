package dev.sidecarsizer.profile.history;

import com.datadoghq.sketch.ddsketch.DDSketch;
import com.datadoghq.sketch.ddsketch.mapping.LogarithmicMapping;
import com.datadoghq.sketch.ddsketch.store.Bin;
import com.datadoghq.sketch.ddsketch.store.CollapsingLowestDenseStore;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * A distribution that forgets: quantiles of what was added, where what was added a half-life ago counts half. Each is
 * within {@value #RELATIVE_ERROR} of the true value, where that is no less than a 24th of the largest that is remembered.
 * Less than that counts as about so much: what is off is too high, never too low.
 *
 * <p>Weights grow forward from a landmark, instead of shrinking all that is there at each step.
 *
 * @see <a href="https://www.vldb.org/pvldb/vol12/p2195-masson.pdf">DDSketch, Masson et al. 2019</a>
 * @see <a href="https://doi.org/10.1109/ICDE.2009.65">Forward decay, Cormode et al. 2009</a>
 */
final class DecayingSketch {

    static final double RELATIVE_ERROR = 0.01;

    /** 1.02 to the power of 160 is 24. */
    private static final int BINS = 160;

    /** So that counts, which are sums of doubles, stay exact enough. */
    private static final double MOST_GROWTH = 1 << 30;

    /** What counts less than a millionth of a new value is forgotten. */
    private static final double NOTHING = 1e-6;

    private static final LogarithmicMapping MAPPING = new LogarithmicMapping(RELATIVE_ERROR);

    private final double halfLifeSeconds;
    private DDSketch sketch;
    private Instant landmark;

    DecayingSketch(Duration halfLife) {
        this((double) halfLife.toSeconds(), empty(), Instant.EPOCH);
    }

    private DecayingSketch(double halfLifeSeconds, DDSketch sketch, Instant landmark) {
        this.halfLifeSeconds = halfLifeSeconds;
        this.sketch = sketch;
        this.landmark = landmark;
    }

    DecayingSketch copy() {
        return new DecayingSketch(halfLifeSeconds, sketch.copy(), landmark);
    }

    private static DDSketch empty() {
        return new DDSketch(MAPPING, () -> new CollapsingLowestDenseStore(BINS));
    }

    /**
     * @param value not negative
     * @param weight what it counts for, more than 0
     */
    void add(double value, double weight, Instant at) {
        if (sketch.isEmpty()) {
            landmark = at;
        } else if (growth(at) > MOST_GROWTH) {
            moveLandmark(at);
        }
        sketch.accept(value, weight * growth(at));
    }

    /** What all that is in it counts for at that time. */
    double weight(Instant at) {
        return sketch.isEmpty() ? 0 : sketch.getCount() / growth(at);
    }

    boolean isEmpty() {
        return sketch.isEmpty();
    }

    /**
     * The value that a share {@code q}, from 0 to 1, lies at or below; 0 where nothing was added. The library's own takes
     * weights for counts of whole values, and is wrong where they add up to less than a few.
     */
    double quantile(double q) {
        double left = q * sketch.getCount() - zeros();
        if (left <= 0 && zeros() > 0) {
            return 0;
        }
        double value = 0;
        for (Bin bin : bins()) {
            value = MAPPING.value(bin.getIndex());
            left -= bin.getCount();
            if (left <= 0) {
                break;
            }
        }
        return value;
    }

    /**
     * What values above {@code threshold} count for at that time, and the sum of how far they exceed it.
     *
     * @param most what counts of how far one exceeds it
     */
    Excess above(double threshold, double most, Instant at) {
        double weight = 0;
        double sum = 0;
        for (Bin bin : bins()) {
            double value = MAPPING.value(bin.getIndex());
            if (value > threshold) {
                weight += bin.getCount();
                sum += bin.getCount() * Math.min(value - threshold, most);
            }
        }
        return new Excess(weight / growth(at), sum / growth(at));
    }

    /**
     * @param weight how much lies above
     * @param sum by how much, in all
     */
    record Excess(double weight, double sum) {}

    void write(DataOutput out) throws IOException {
        List<Bin> bins = bins();
        out.writeLong(landmark.getEpochSecond());
        out.writeFloat((float) zeros());
        out.writeByte(bins.size());
        int before = bins.isEmpty() ? 0 : bins.getFirst().getIndex();
        out.writeShort(before);
        for (Bin bin : bins) {
            // no two are further apart than there may be bins
            out.writeByte(bin.getIndex() - before);
            before = bin.getIndex();
            out.writeFloat((float) bin.getCount());
        }
    }

    static DecayingSketch read(DataInput in, Duration halfLife) throws IOException {
        DecayingSketch read = new DecayingSketch(halfLife);
        read.landmark = Instant.ofEpochSecond(in.readLong());
        float zeros = in.readFloat();
        if (zeros > 0) {
            read.sketch.accept(0, zeros);
        }
        int bins = in.readUnsignedByte();
        int index = in.readShort();
        for (; bins > 0; bins--) {
            index += in.readUnsignedByte();
            float count = in.readFloat();
            if (count > 0) {
                read.sketch.accept(MAPPING.value(index), count);
            }
        }
        return read;
    }

    private double growth(Instant at) {
        return Math.pow(2, Duration.between(landmark, at).toSeconds() / halfLifeSeconds);
    }

    private void moveLandmark(Instant at) {
        double shrunk = 1 / growth(at);
        DDSketch moved = empty();
        if (zeros() * shrunk > NOTHING) {
            moved.accept(0, zeros() * shrunk);
        }
        for (Bin bin : bins()) {
            if (bin.getCount() * shrunk > NOTHING) {
                moved.accept(MAPPING.value(bin.getIndex()), bin.getCount() * shrunk);
            }
        }
        sketch = moved;
        landmark = at;
    }

    private double zeros() {
        return sketch.getCount() - sketch.getPositiveValueStore().getTotalCount();
    }

    private List<Bin> bins() {
        List<Bin> bins = new ArrayList<>();
        for (Iterator<Bin> each = sketch.getPositiveValueStore().getAscendingIterator(); each.hasNext(); ) {
            bins.add(each.next());
        }
        return bins;
    }
}
