package dev.sidecarsizer.config;

import dev.sidecarsizer.cluster.CertificateAuthority.Issued;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A folder as the kubelet mounts a Secret: each file is a link to {@code ..data/file}, {@code ..data} is a link to a
 * hidden folder, and a change makes a new folder, moves that link, and removes the old one.
 */
final class MountedSecret {

    private final Path mount;
    private int version;

    MountedSecret(Path mount) {
        this.mount = mount;
    }

    Path path() {
        return mount;
    }

    /** Swaps all files at once. */
    void hold(Issued issued, String authority) throws IOException {
        Path data = mount.resolve("..data");
        Path old = Files.exists(data) ? data.toRealPath() : null;
        version++;
        Path fresh = Files.createDirectory(mount.resolve("..2026_11_24_" + version));
        Files.writeString(fresh.resolve("tls.crt"), issued.certificate());
        Files.writeString(fresh.resolve("tls.key"), issued.key());
        Files.writeString(fresh.resolve("ca.crt"), authority);
        Path link = Files.createSymbolicLink(mount.resolve("..data_tmp"), fresh.getFileName());
        Files.move(link, data, StandardCopyOption.ATOMIC_MOVE);
        for (String name : new String[] {"tls.crt", "tls.key", "ca.crt"}) {
            if (!Files.exists(mount.resolve(name))) {
                Files.createSymbolicLink(mount.resolve(name), Path.of("..data", name));
            }
            if (old != null) {
                Files.delete(old.resolve(name));
            }
        }
        if (old != null) {
            Files.delete(old);
        }
    }
}
