package dev.sidecarsizer.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Reviews without a pause, until it is stopped: on connections that stay, as an API server's do, until an answer says
 * that this was the last; and on a new one for each.
 */
final class Load implements AutoCloseable {

    private final WebhookProcess webhook;
    private final String review;
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger connections = new AtomicInteger();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final List<Thread> clients;
    private volatile boolean stopped;

    private Load(WebhookProcess webhook) {
        this.webhook = webhook;
        byte[] body = Client.example();
        this.review = Connection.head("/mutate", "Content-Length: " + body.length)
                + new String(body, StandardCharsets.ISO_8859_1);
        this.clients = List.of(
                Thread.ofVirtual().unstarted(() -> call(true)),
                Thread.ofVirtual().unstarted(() -> call(true)),
                Thread.ofVirtual().unstarted(() -> call(false)));
    }

    static Load on(WebhookProcess webhook) {
        Load load = new Load(webhook);
        load.clients.forEach(Thread::start);
        return load;
    }

    int calls() {
        return calls.get();
    }

    int connections() {
        return connections.get();
    }

    /** What went wrong, call by call. */
    List<String> failures() {
        return failures;
    }

    /** Ends after the calls that are under way. */
    void stop() {
        stopped = true;
        try {
            for (Thread client : clients) {
                client.join(Client.PATIENCE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stop();
    }

    private void call(boolean stay) {
        while (!stopped) {
            try (Connection connection = Connection.open(webhook.port())) {
                connections.incrementAndGet();
                boolean last = false;
                while (!last && !stopped) {
                    String answer = connection.say(review).answer();
                    calls.incrementAndGet();
                    if (!answer.startsWith("HTTP/1.1 200")) {
                        failures.add(answer);
                    }
                    last = !stay || answer.contains("\r\nConnection: close\r\n");
                }
            } catch (IOException failed) {
                failures.add(failed.toString());
            }
        }
    }
}
