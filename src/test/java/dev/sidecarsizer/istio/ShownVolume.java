package dev.sidecarsizer.istio;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import dev.sidecarsizer.mesh.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The volume with our override, as a kubelet shows it to a proxy: each change is a new folder, and the link {@code ..data} is
 * moved to it at once.
 */
public final class ShownVolume {

    private static final String MOUNTED = "/etc/sidecar-sizer/bootstrap";

    private final Path root;
    private int shown;

    /** In a folder of its own. */
    public ShownVolume(Path root) {
        this.root = root;
    }

    /** Shows the override, and the limit that the pod's proxy has. */
    public void show(String override, Bytes limit) {
        show(Map.of(
                "bootstrap.json",
                override.replace(MOUNTED, root.toString()),
                "runtime/sidecar_sizer/memory_limit",
                String.valueOf(limit.value())));
    }

    /** The file that {@code ISTIO_BOOTSTRAP_OVERRIDE} names. */
    public Path override() {
        return root.resolve("bootstrap.json");
    }

    private void show(Map<String, String> files) {
        String folder = "..shown_" + shown++;
        try {
            for (Map.Entry<String, String> file : files.entrySet()) {
                Path path = root.resolve(folder).resolve(file.getKey());
                Files.createDirectories(path.getParent());
                Files.writeString(path, file.getValue());
            }
            Path next = Files.createSymbolicLink(root.resolve("..data_tmp"), Path.of(folder));
            Files.move(next, root.resolve("..data"), ATOMIC_MOVE);
            if (!Files.exists(override())) {
                Files.createSymbolicLink(override(), Path.of("..data", "bootstrap.json"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
