package dev.sidecarsizer.bench;

import dev.sidecarsizer.cluster.ChildProcess;
import dev.sidecarsizer.cluster.ControlPlane;
import dev.sidecarsizer.cluster.FreePorts;
import dev.sidecarsizer.install.Installation;
import dev.sidecarsizer.mesh.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Two weeks of a whole mesh, learnt at once: how long it takes, what it asks of the API server, what memory the leader
 * needs, and what admission feels of it. Then the same leader again, on windows of a minute, for the steady state.
 *
 * <p>Arguments: workloads, the folder with the jar as the image has it, the script for wrk, and the review that it sends.
 */
final class LearningBench {

    private static final Duration PATIENCE = Duration.ofMinutes(40);
    private static final Duration STEADY = Duration.ofSeconds(150);
    private static final int REVIEWS_A_SECOND = 200;

    private final int workloads;
    private final Path app;
    private final Reviews reviews;
    private final ControlPlane plane;
    private final Installation installation;
    private final int prometheus = FreePorts.find(1).get(0);

    private LearningBench(int workloads, Path app, Reviews reviews, ControlPlane plane) {
        this.workloads = workloads;
        this.app = app;
        this.reviews = reviews;
        this.plane = plane;
        installation = Installation.on(plane);
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        int workloads = Integer.parseInt(args[0]);
        Reviews reviews = new Reviews(Path.of(args[2]), Path.of(args[3]), workloads, REVIEWS_A_SECOND);
        say("%d workloads of %d pods, 14 days; load %s".formatted(workloads, MadeUpMesh.PODS, load()));
        try (ControlPlane plane = ControlPlane.start(ControlPlane.Wanted.byDefault())) {
            new LearningBench(workloads, Path.of(args[1]), reviews, plane).run();
        }
        say("load at the end %s".formatted(load()));
    }

    private void run() throws IOException, InterruptedException {
        for (int namespace = 0; namespace < MadeUpMesh.NAMESPACES; namespace++) {
            plane.createNamespace("bench-" + namespace, Map.of(Mode.LABEL, Mode.ENFORCE.toString()));
        }
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Path here = Path.of("").toAbsolutePath();
        try (ChildProcess madeUp = ChildProcess.start(
                "the made-up Prometheus",
                Path.of("target", "bench", "prometheus.log").toAbsolutePath(),
                here,
                Map.of(),
                List.of(
                        java,
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        MadeUpPrometheus.class.getName(),
                        Integer.toString(prometheus),
                        Integer.toString(workloads)))) {
            backFill(java);
            steady(java);
            say("the made-up Prometheus %s".formatted(madeUp.isAlive() ? "lived" : "ended: " + madeUp.story()));
        }
    }

    private void backFill(String java) throws IOException, InterruptedException {
        ApiServer api = new ApiServer(plane);
        try (Leader leader = start(java, "back-fill", "1h")) {
            Instant begun = Instant.now();
            say("back-fill, windows of 1h");
            Thread meanwhile = Thread.startVirtualThread(() -> reviews.send(leader, 20, "while it back-fills"));
            Instant read = leader.await("read through", PATIENCE, () -> leader.lag() < 3800);
            meanwhile.join();
            say("  read through after %s".formatted(since(begun, read)));
            say("  resident then %s".formatted(leader.memory()));
            reviews.send(leader, 10, "while it writes");
            Instant kept =
                    leader.await("kept", PATIENCE, () -> api.keptThrough().isAfter(lastHour()));
            say("  all %d kept after %s, %d written"
                    .formatted(leader.histories(), since(begun, kept), leader.written()));
            say("  resident then %s; %s".formatted(leader.memory(), leader.heap()));
            api.tell(begun, kept);
            reviews.send(leader, 20, "while it rests");
        }
    }

    /** Windows of a minute, each of which changes all histories: no mesh is so busy. */
    private void steady(String java) throws IOException, InterruptedException {
        ApiServer api = new ApiServer(plane);
        Instant begun = Instant.now();
        try (Leader leader = start(java, "steady", "1m", "--sidecar-sizer.collect.delay=10s")) {
            say("the next leader, windows of 1m");
            Instant took = leader.await("taken over", PATIENCE, () -> leader.histories() >= workloads);
            say("  took over %d histories after %s".formatted(leader.histories(), since(begun, took)));
            Instant read = leader.await("read through", PATIENCE, () -> leader.lag() < 200);
            say("  read what came meanwhile after %s".formatted(since(begun, read)));
            Instant from = Instant.now();
            double windows = leader.windows();
            double written = leader.written();
            Thread.sleep(STEADY.toMillis());
            Instant until = Instant.now();
            say("  in %s: %.0f windows, %.0f workloads written, lag %.0f s"
                    .formatted(
                            since(from, until), leader.windows() - windows, leader.written() - written, leader.lag()));
            say("  resident %s; %s".formatted(leader.memory(), leader.heap()));
            api.tell(from, until);
        }
    }

    private Leader start(String java, String name, String window, String... more) throws IOException {
        List<String> settings = new ArrayList<>(List.of(
                "--sidecar-sizer.tls.directory=" + installation.tls(),
                "--sidecar-sizer.shutdown.drain=0s",
                "--sidecar-sizer.collect.prometheus.url=http://127.0.0.1:" + prometheus,
                "--sidecar-sizer.collect.prometheus.window=" + window));
        settings.addAll(List.of(more));
        String extra = System.getProperty("bench.settings", "");
        if (!extra.isEmpty()) {
            settings.addAll(List.of(extra.split(" ", -1)));
        }
        return Leader.start(java, app, name, installation.kubeconfig(), settings);
    }

    private static Instant lastHour() {
        return Instant.now().minus(Duration.ofMinutes(63));
    }

    static void say(String text) {
        System.out.println(text);
    }

    private static String since(Instant begun, Instant end) {
        return String.format(Locale.ROOT, "%.1f s", Duration.between(begun, end).toMillis() / 1000.0);
    }

    private static String load() throws IOException {
        return Files.readString(Path.of("/proc/loadavg")).split(" ", -1)[0];
    }
}
