package dev.sidecarsizer.istio;

import dev.sidecarsizer.advice.SidecarResource;
import dev.sidecarsizer.cluster.ControlPlane;
import dev.sidecarsizer.cluster.EnvoyWheel;
import dev.sidecarsizer.cluster.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What services cost a real proxy under a real istiod, and what is left under the Sidecar that we generate: for its
 * running proxy, and for one that is started with it. Prints CSV, memory in bytes.
 *
 * <p>Arguments: cells, as {@code SERVICESxENDPOINTSxCALLED}, or {@code …xTHREADS} in the end.
 */
final class ConfigurationBench {

    private static final Path ENVOY = EnvoyWheel.envoy("1.40.0", Progress.onConsole());
    private static final int DEFAULT_THREADS = 2;

    private ConfigurationBench() {}

    private record Cell(int services, int endpoints, int called, int threads) {

        static Cell of(String word) {
            int[] numbers =
                    Stream.of(word.split("x", -1)).mapToInt(Integer::parseInt).toArray();
            return new Cell(numbers[0], numbers[1], numbers[2], numbers.length > 3 ? numbers[3] : DEFAULT_THREADS);
        }

        String namespace() {
            return "cell-" + services + "-" + endpoints + "-" + called + "-" + threads;
        }
    }

    public static void main(String[] cells) throws IOException {
        try (ControlPlane plane = ControlPlane.start(ControlPlane.Wanted.byDefault());
                Istio istio = Istio.on(plane)) {
            row("services,endpoints,called,threads,clusters,allocated,kept_clusters,allocated_live,allocated_fresh");
            for (String cell : cells) {
                run(Cell.of(cell), plane, istio);
            }
        }
    }

    private static void run(Cell cell, ControlPlane plane, Istio istio) throws IOException {
        plane.createNamespace(cell.namespace(), Map.of());
        ManyServices services = new ManyServices(cell.namespace(), cell.services, cell.endpoints);
        // so that the proxies of other cells do not see them
        services.create(plane, Map.of("networking.istio.io/exportTo", "."));
        long all = (long) cell.services * ManyServices.PORTS;
        long called = (long) cell.called * ManyServices.PORTS;
        HeldConfiguration before;
        HeldConfiguration live;
        try (PilotAgent agent = agent(cell, plane, istio)) {
            before = HeldConfiguration.of(agent, all, Long.MAX_VALUE);
            plane.apply(SidecarResource.yaml(cell.namespace(), "default", Map.of(), services.hosts(cell.called)));
            live = HeldConfiguration.of(agent, called, before.clusters() - all + called + 2);
        }
        HeldConfiguration fresh;
        try (PilotAgent agent = agent(cell, plane, istio)) {
            fresh = HeldConfiguration.of(agent, called, before.clusters() - all + called + 2);
        }
        row(Stream.of(
                        cell.services,
                        cell.endpoints,
                        cell.called,
                        cell.threads,
                        before.clusters(),
                        before.allocated(),
                        fresh.clusters(),
                        live.allocated(),
                        fresh.allocated())
                .map(String::valueOf)
                .collect(Collectors.joining(",")));
    }

    private static PilotAgent agent(Cell cell, ControlPlane plane, Istio istio) throws IOException {
        return PilotAgent.start(
                Files.createTempDirectory(plane.scratch(), cell.namespace()),
                ENVOY,
                istio.discovery(),
                Map.of("POD_NAMESPACE", cell.namespace(), "PROXY_CONFIG", "{\"concurrency\": " + cell.threads + "}"));
    }

    private static void row(String text) {
        System.out.println("row," + text);
    }
}
