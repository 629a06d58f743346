package dev.sidecarsizer.bench;

import dev.sidecarsizer.audit.whatif.Asked;
import dev.sidecarsizer.audit.whatif.WhatIf;
import dev.sidecarsizer.audit.whatif.WhatIf.State;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Subject;
import dev.sidecarsizer.profile.history.History;
import dev.sidecarsizer.profile.history.PodWindow;
import dev.sidecarsizer.sizing.SizingPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * What-if over histories of four weeks: how long each question takes, and what heap it needs. In a process of its own, with
 * the image's options, so that nobody else's garbage counts.
 *
 * <p>Argument: workloads.
 */
final class WhatIfBench {

    private static final Instant BEGIN = Instant.parse("2026-11-01T00:00:00Z");
    private static final int DAYS = 28;
    private static final int DISTINCT = 500;

    private WhatIfBench() {}

    public static void main(String[] args) throws InterruptedException {
        int workloads = Integer.parseInt(args[0]);
        List<String> histories = histories();
        System.out.printf("what-if over %d workloads: %.1f MiB of heap before%n", workloads, used());
        try (WhatIf whatIf = new WhatIf(into -> {
            for (int i = 0; i < workloads; i++) {
                into.accept(
                        Subject.OfWorkload.whole(new WorkloadKey("bench-" + i % 10, "apps", "Deployment", "app-" + i)),
                        histories.get(i % DISTINCT));
            }
        })) {
            for (double risk : new double[] {0.001, 0.002, 0.003}) {
                Asked asked =
                        Asked.of(name -> name.equals("risk") ? Double.toString(risk) : null, SizingPolicy.DEFAULT);
                long begun = System.nanoTime();
                double most = 0;
                while (whatIf.ask(asked) instanceof State.Working) {
                    most = Math.max(most, used());
                    Thread.sleep(20);
                }
                System.out.printf(
                        "  risk %s: %.1f s; %.1f MiB of heap at most, %.1f MiB after it%n",
                        risk, (System.nanoTime() - begun) / 1e9, most, kept());
            }
        }
    }

    static List<String> histories() {
        Random random = new Random(1);
        List<String> histories = new ArrayList<>();
        for (int i = 0; i < DISTINCT; i++) {
            int typical = 40 + random.nextInt(400);
            History history = new History();
            for (int day = 1; day <= DAYS; day++) {
                Instant end = BEGIN.plus(Duration.ofDays(day));
                Bytes peak = Bytes.mebi((long) (typical * (1.1 + 0.5 * random.nextDouble())));
                history.add(
                        end,
                        List.of(new PodWindow(
                                new PodName("bench", "app"), end, Duration.ofDays(1), peak, Bytes.mebi(typical), 1440)),
                        60);
            }
            histories.add(history.encode());
        }
        return histories;
    }

    private static double used() {
        Runtime runtime = Runtime.getRuntime();
        return (runtime.totalMemory() - runtime.freeMemory()) / 1048576.0;
    }

    private static double kept() {
        System.gc();
        return used();
    }
}
