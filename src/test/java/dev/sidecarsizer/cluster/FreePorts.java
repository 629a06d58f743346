package dev.sidecarsizer.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for programs that must be told theirs. They are below those that the kernel gives to whoever asks for any
 * (32,768 and above on Linux): a port of those, let go, is soon some connection's own end, and then nobody can listen on it.
 * None is given twice, since whom it was given to may not listen yet.
 */
public final class FreePorts {

    private static final int LOWEST = 20_000;
    private static final int EPHEMERAL = 32_768;
    private static final int TRIES = 1_000;
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private FreePorts() {}

    /** Different ports of the loopback address on which nobody listens now. */
    public static List<Integer> find(int count) {
        Set<Integer> ports = new LinkedHashSet<>();
        for (int i = 0; i < TRIES && ports.size() < count; i++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, EPHEMERAL);
            if (isFree(port) && GIVEN.add(port)) {
                ports.add(port);
            }
        }
        if (ports.size() < count) {
            throw new IllegalStateException("only %d of %d ports from %d to %d are free after %d tries"
                    .formatted(ports.size(), count, LOWEST, EPHEMERAL - 1, TRIES));
        }
        return List.copyOf(ports);
    }

    /** As {@link #find}, one, with the loopback address. */
    public static InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), find(1).getFirst());
    }

    /** Whether somebody takes connections on a port of the loopback address. */
    public static boolean listens(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Bound, never listened on: a process that is being started inherits the socket, and would listen on for a moment. */
    private static boolean isFree(int port) {
        try (Socket any = new Socket()) {
            any.setReuseAddress(true);
            any.bind(new InetSocketAddress(port));
            return true;
        } catch (BindException taken) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
