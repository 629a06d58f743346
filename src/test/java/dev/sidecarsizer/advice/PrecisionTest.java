package dev.sidecarsizer.advice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.advice.GeneratedMesh.Workload;
import dev.sidecarsizer.profile.Finding;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** 50 meshes of 40 workloads, with causes planted: what is found is there, and what is there is found. */
class PrecisionTest {

    private static final List<Workload> WORKLOADS = LongStream.range(0, 50)
            .boxed()
            .flatMap(seed -> new GeneratedMesh(seed).workloads().stream())
            .toList();

    private final Map<String, Integer> rightly = new TreeMap<>();
    private final Map<String, Integer> wrongly = new TreeMap<>();
    private final Map<String, Integer> missed = new TreeMap<>();

    @Test
    void whatIsFoundIsThere() {
        for (Workload one : WORKLOADS) {
            List<String> planted = one.planted().stream().map(Kind::word).toList();
            List<String> found =
                    Kind.judge(one.known()).found().stream().map(Finding::kind).toList();
            found.forEach(kind -> (planted.contains(kind) ? rightly : wrongly).merge(kind, 1, Integer::sum));
            planted.stream().filter(kind -> !found.contains(kind)).forEach(kind -> missed.merge(kind, 1, Integer::sum));
        }

        assertThat(rightly).as("each is planted somewhere").hasSize(Kind.values().length);
        assertThat(share(rightly, wrongly)).as("precision: wrongly %s", wrongly).isGreaterThanOrEqualTo(0.95);
        assertThat(share(rightly, missed)).as("recall: missed %s", missed).isGreaterThanOrEqualTo(0.95);
    }

    private static double share(Map<String, Integer> good, Map<String, Integer> bad) {
        double right = sum(good);
        return right / (right + sum(bad));
    }

    private static int sum(Map<String, Integer> counts) {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }
}
