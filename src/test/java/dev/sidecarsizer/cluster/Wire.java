package dev.sidecarsizer.cluster;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The way from a client to the API server, through us, so that a test can cut it: open connections are reset and new
 * ones refused, as when the API server dies, or taken in vain, as when it hangs, whoever runs it.
 */
public final class Wire implements AutoCloseable {

    private final InetSocketAddress target;
    private final int port;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Listening listening;
    private volatile boolean silent;

    /** A whole wire to {@code plane}. */
    public Wire(ControlPlane plane) {
        URI master = URI.create(plane.admin().getConfiguration().getMasterUrl());
        target = new InetSocketAddress(master.getHost(), master.getPort());
        port = FreePorts.find(1).getFirst();
        mend();
    }

    /** The client configuration that leads through here. */
    public Config config(Path kubeconfig) {
        return new ConfigBuilder(Kubeconfig.read(kubeconfig))
                .withMasterUrl(url())
                .build();
    }

    /** A kubeconfig beside the given one that leads through here. */
    public Path kubeconfig(Path kubeconfig) {
        try {
            Path through = kubeconfig.resolveSibling(kubeconfig.getFileName() + ".wire" + port);
            String text = Files.readString(kubeconfig).replaceAll("server: .*", "server: " + url());
            return Files.writeString(through, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Listening(ServerSocket server, Thread acceptor) {

        /** The kernel goes on listening until whoever waits for a connection has been woken. */
        void end() {
            Wire.close(server);
            try {
                acceptor.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Lets connections through. */
    public void mend() {
        try {
            ServerSocket server = new ServerSocket();
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            silent = false;
            listening = new Listening(server, Thread.ofVirtual().start(() -> accept(server)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Resets all connections and refuses new ones. */
    public void cut() {
        Listening before = listening;
        listening = null;
        if (before != null) {
            before.end();
        }
        reset();
    }

    /** Resets all connections; new ones are taken, and never answered, until it is cut. */
    public void silence() {
        silent = true;
        reset();
    }

    private void reset() {
        open.forEach(Wire::close);
        open.clear();
    }

    @Override
    public void close() {
        cut();
    }

    private String url() {
        return "https://127.0.0.1:" + port + "/";
    }

    private void accept(ServerSocket server) {
        while (!server.isClosed()) {
            try {
                Socket near = server.accept();
                open.add(near);
                // looked at after that: who silences the wire closes what is there
                if (!silent) {
                    connect(near);
                }
            } catch (IOException cut) {
                // nobody is accepted any more
            }
        }
    }

    private void connect(Socket near) {
        try {
            Socket far = new Socket(target.getHostString(), target.getPort());
            open.add(far);
            Thread.ofVirtual().start(() -> pump(near, far));
            Thread.ofVirtual().start(() -> pump(far, near));
        } catch (IOException unreachable) {
            // the client sees a closed connection
            close(near);
            open.remove(near);
        }
    }

    private void pump(Socket from, Socket to) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            in.transferTo(out);
        } catch (IOException cut) {
            // both ends are closed
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    private static void close(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception closedAlready) {
            // closed is what it should be
        }
    }
}
