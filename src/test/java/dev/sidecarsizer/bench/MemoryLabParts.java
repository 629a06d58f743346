package dev.sidecarsizer.bench;

import dev.sidecarsizer.cluster.EnvoyWheel;
import dev.sidecarsizer.cluster.Progress;
import dev.sidecarsizer.istio.IstioParts;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.ProxyVersion;
import dev.sidecarsizer.patch.WrittenOverride;
import dev.sidecarsizer.sizing.SizingPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What {@code bench/memory-lab} runs, written to a file: where the real programs lie, and what the product writes for each
 * limit and Envoy.
 *
 * <p>Arguments: the file, limits in MiB, and versions of Envoy, both separated by commas; the live use in MiB, if it is another
 * than {@link #LIVE}.
 */
public final class MemoryLabParts {

    /** Istio 1.28 carries Envoy 1.36, and each minor release the next. */
    private static final int ISTIO_BEFORE_ENVOY = 36 - 28;

    /** What the lab's sidecar uses before its burst, agent included: 27 to 28 MiB. */
    static final Bytes LIVE = Bytes.mebi(28);

    /** Stands for the folder that shows a limit: each run has one of its own. */
    private static final String SHOWN = "/lab/shown/..data";

    private MemoryLabParts() {}

    public static void main(String[] args) throws IOException {
        write(
                Path.of(args[0]),
                Stream.of(args[1].split(",")).map(Long::valueOf).toList(),
                List.of(args[2].split(",")),
                args.length > 3 ? Bytes.mebi(Long.parseLong(args[3])) : LIVE);
    }

    /**
     * Writes the file, once all parts are there.
     *
     * @param limits in MiB
     * @param envoys such as {@code 1.40.0}
     * @param live what the sidecar uses before its burst, agent included
     */
    static void write(Path file, List<Long> limits, List<String> envoys, Bytes live) throws IOException {
        ObjectNode parts = JsonMapper.shared().createObjectNode();
        parts.put("istiod", IstioParts.istiod().toString());
        parts.put("pilotAgent", IstioParts.pilotAgent().toString());
        parts.put("template", IstioParts.bootstrapTemplate().toString());
        parts.put("shown", SHOWN);
        ObjectNode programs = parts.putObject("envoys");
        for (String envoy : envoys) {
            ObjectNode program = programs.putObject(envoy);
            program.put(
                    "program",
                    EnvoyWheel.envoy(envoy, Progress.onConsole())
                            .toAbsolutePath()
                            .toString());
            program.put("proxyConfig", WrittenOverride.proxyConfig(istioOf(envoy)));
            ObjectNode overrides = program.putObject("overrides");
            limits.forEach(limit -> {
                Bytes all = Bytes.mebi(limit);
                ObjectNode known = overrides.putObject(limit.toString());
                put(known, "ours", WrittenOverride.of(all, live, null, istioOf(envoy), null));
                put(known, "ours-peak", WrittenOverride.of(all, live, peak(all), istioOf(envoy), SHOWN));
            });
        }
        Files.writeString(
                file, JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(parts));
    }

    /** By which a limit is that large without a kill. */
    private static Bytes peak(Bytes limit) {
        return new Bytes((long) (limit.value() / SizingPolicy.DEFAULT.headroom()));
    }

    private static void put(ObjectNode known, String what, Optional<String> override) {
        override.ifPresent(text -> known.put(what, text));
    }

    private static Optional<ProxyVersion> istioOf(String envoy) {
        return Optional.of(new ProxyVersion(1, Integer.parseInt(envoy.split("\\.", -1)[1]) - ISTIO_BEFORE_ENVOY));
    }
}
