package dev.sidecarsizer.patch;

import dev.sidecarsizer.cluster.Command;
import dev.sidecarsizer.cluster.EnvoyWheel;
import dev.sidecarsizer.cluster.Progress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Real Envoy, asked whether it would start from a bootstrap with an override merged in.
 *
 * @param envoy the program
 * @param arguments with which it is started, all but the override
 */
record BootstrapCheck(Path envoy, List<String> arguments) {

    /** Of Istio's bootstrap only what ours could clash with. */
    static final Path LEAST = Path.of("src", "test", "resources", "bootstrap", "least-of-istio.json");

    /** The link need not be there, its folder must. */
    private static final String SHOWN = System.getProperty("java.io.tmpdir") + "/..data";

    /** An Envoy that refuses fields which it does not know: in Istio it would pass them over, and they do nothing. */
    static BootstrapCheck strict(String envoy) {
        return new BootstrapCheck(
                EnvoyWheel.envoy(envoy, Progress.onConsole()),
                List.of("-c", LEAST.toString(), "--disable-hot-restart", "-l", "error"));
    }

    /** What Envoy says to this override, handed over as pilot-agent does. */
    Command.Outcome with(String override) {
        return new Command(words(override)).run();
    }

    /** The same on a node where its user has no inotify instance left; root, or who may make user namespaces, can ask that. */
    Command.Outcome withoutInotify(String override) {
        List<String> words = new ArrayList<>(List.of("unshare", "--user", "--map-root-user", "sh", "-c"));
        words.addAll(List.of("echo 0 > /proc/sys/user/max_inotify_instances && exec \"$@\"", "sh"));
        words.addAll(words(override));
        return new Command(words).run();
    }

    private List<String> words(String override) {
        List<String> words = new ArrayList<>(List.of(envoy.toString(), "--mode", "validate"));
        words.addAll(arguments);
        words.addAll(List.of("--config-yaml", override.replace(Overload.SHOWN, SHOWN)));
        return words;
    }
}
