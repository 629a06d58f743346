package dev.sidecarsizer.backtest.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.cluster.Command;
import dev.sidecarsizer.cluster.GoPart;
import dev.sidecarsizer.cluster.Progress;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.WorkloadKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.LongBinaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Our VPA and the model of the real recommender, fed the same: each answer must be the same to the byte. */
@Tag("mesh")
class VpaRecommenderIT {

    private static final WorkloadKey WORKLOAD = new WorkloadKey("shop", "apps", "Deployment", "reviews");
    private static final long START = 1_700_000_000L;
    private static final long STEP = 300;
    private static final int STEPS_A_DAY = 288;
    private static final int DAYS = 14;
    private static final int PODS = 3;
    private static final Bytes LIMIT = Bytes.mebi(1_024);

    /** Bytes by step and pod. */
    static Stream<Named<LongBinaryOperator>> series() {
        Random noise = new Random(4);
        return Stream.of(
                Named.of("steady and small", (step, pod) -> 40_000_000 + pod * 1_000_000),
                Named.of("steady and large", (step, pod) -> 400_000_000 + noise.nextInt(1_000_000)),
                Named.of("daily wave", (step, pod) ->
                        (long) (200e6 + 90e6 * Math.sin(step * 2 * Math.PI / STEPS_A_DAY + pod))),
                Named.of("growth", (step, pod) -> 100_000_000 + step * 50_000 + pod),
                Named.of("bursts", (step, pod) -> noise.nextInt(200) == 0 ? 900_000_000 : 150_000_000),
                Named.of("falls", (step, pod) -> 600_000_000 / (1 + step / STEPS_A_DAY)));
    }

    @ParameterizedTest
    @MethodSource("series")
    void recommendsTheSame(LongBinaryOperator use) {
        List<String> real = new ArrayList<>();
        Vpa ours = Vpa.guaranteed(LIMIT);
        List<Long> targets = new ArrayList<>();
        for (long step = 0; step < DAYS * STEPS_A_DAY; step++) {
            long second = START + step * STEP;
            for (int pod = 0; pod < PODS; pod++) {
                PodName name = new PodName("shop", "pod-" + pod);
                long bytes = use.applyAsLong(step, pod);
                if (bytes > LIMIT.value() * 8 / 10) {
                    real.add("kill," + second + "," + name.name() + "," + LIMIT.value());
                    ours.killed(WORKLOAD, name, Instant.ofEpochSecond(second), LIMIT);
                }
                real.add("sample," + second + "," + name.name() + "," + bytes);
                ours.sample(WORKLOAD, name, Instant.ofEpochSecond(second), new Bytes(bytes));
            }
            if (step % 13 == 0) {
                real.add("ask," + second);
                targets.add(target(ours, second));
            }
        }

        assertThat(targets).isEqualTo(answers(real)).hasSizeGreaterThan(300);
    }

    private static Long target(Vpa vpa, long second) {
        return vpa.size(WORKLOAD, Instant.ofEpochSecond(second))
                .map(Memory::request)
                .map(Bytes::value)
                .orElse(0L);
    }

    private static List<Long> answers(List<String> questions) {
        String program = GoPart.named("vpa-recommender")
                .build("./recommend", Progress.onConsole())
                .toString();
        return new Command(List.of(program))
                .run(String.join("\n", questions) + "\n")
                .orThrow()
                .out()
                .lines()
                .map(Long::valueOf)
                .toList();
    }
}
