package dev.sidecarsizer.collect.prometheus;

import dev.sidecarsizer.collect.SourceFailed;
import dev.sidecarsizer.collect.prometheus.AnswerReader.Point;
import dev.sidecarsizer.collect.prometheus.AnswerReader.Series;
import dev.sidecarsizer.mesh.PodName;
import java.time.Instant;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/** One number for each pod and window of a chunk. */
final class WindowColumn implements Series {

    private final Chunk chunk;
    private final PodNames names;
    private final Map<PodName, Cells> rows = new HashMap<>();

    WindowColumn(Chunk chunk, PodNames names) {
        this.chunk = chunk;
        this.names = names;
    }

    /** One pod's numbers; where none came there is none, whatever the array holds. */
    private static final class Cells {

        private final double[] values;
        private final BitSet filled;

        Cells(int windows) {
            this.values = new double[windows];
            this.filled = new BitSet(windows);
        }
    }

    @Override
    public void take(Map<String, String> labels, List<Point> points) {
        PodName pod = Api.pod(labels).orElse(null);
        if (pod == null) {
            return;
        }
        Cells cells = rows.computeIfAbsent(names.one(pod), any -> new Cells(chunk.windows()));
        for (Point point : points) {
            int index = chunk.indexOf(point.millis());
            if (index < 0) {
                throw new SourceFailed(
                        "Prometheus answered for " + Instant.ofEpochMilli(point.millis())
                                + ", which is no end of a window of " + chunk.window()
                                + "; a proxy before it moves the times of queries: ask Prometheus itself",
                        true);
            }
            cells.values[index] = point.value();
            cells.filled.set(index);
        }
    }

    Set<PodName> pods() {
        return rows.keySet();
    }

    OptionalDouble at(PodName pod, int window) {
        Cells cells = rows.get(pod);
        return cells != null && cells.filled.get(window)
                ? OptionalDouble.of(cells.values[window])
                : OptionalDouble.empty();
    }
}
