package dev.sidecarsizer.install;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Carries each connection to the next of several replicas, as kube-proxy does behind a Service. */
public final class RoundRobin implements AutoCloseable {

    private final ServerSocket listener = new ServerSocket();
    private volatile List<InetSocketAddress> backends;
    private final AtomicInteger next = new AtomicInteger();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private RoundRobin(InetSocketAddress address, List<InetSocketAddress> backends) throws IOException {
        this.backends = backends;
        listener.setReuseAddress(true);
        listener.bind(address);
        Thread.ofVirtual().name("round-robin").start(this::accept);
    }

    public static RoundRobin listen(InetSocketAddress address, List<InetSocketAddress> backends) {
        try {
            return new RoundRobin(address, backends);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on " + address, e);
        }
    }

    /** From now on new connections go to these, as when the Service's endpoints change; open ones stay. */
    public void carryTo(List<InetSocketAddress> others) {
        backends = others;
    }

    /** Whether a connection to that backend is open, over which a call may still go. */
    public boolean leadsTo(InetSocketAddress backend) {
        return open.stream().anyMatch(socket -> backend.equals(socket.getRemoteSocketAddress()));
    }

    /** Where it listens. */
    public int port() {
        return listener.getLocalPort();
    }

    /** How many connections came. */
    public int connections() {
        return next.get();
    }

    /** Cuts the connections that are open, so that the next call comes over a new one. */
    public void cut() {
        open.forEach(RoundRobin::closeQuietly);
        open.clear();
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cut();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket caller = listener.accept();
                open.add(caller);
                Thread.ofVirtual().start(() -> connect(caller));
            } catch (IOException e) {
                // closed
            }
        }
    }

    private void connect(Socket caller) {
        List<InetSocketAddress> now = backends;
        InetSocketAddress backend = now.get(Math.floorMod(next.getAndIncrement(), now.size()));
        try {
            Socket replica = new Socket(backend.getAddress(), backend.getPort());
            open.add(replica);
            Thread.ofVirtual().start(() -> carry(caller, replica));
            Thread.ofVirtual().start(() -> carry(replica, caller));
        } catch (IOException e) {
            // the replica is down: the caller sees its connection end at once, as it would in a cluster
            closeQuietly(caller);
            open.remove(caller);
        }
    }

    private void carry(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // either side is gone: so is the other, below
        } finally {
            closeQuietly(from);
            closeQuietly(to);
            open.remove(from);
            open.remove(to);
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // it is closed then
        }
    }
}
