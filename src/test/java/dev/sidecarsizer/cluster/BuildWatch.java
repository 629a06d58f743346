package dev.sidecarsizer.cluster;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;

/** Says every few seconds how far a Go build is, from what {@code go build -v} prints. */
final class BuildWatch implements AutoCloseable {

    private static final int LINES_KEPT = 15;
    private static final Duration BETWEEN = Duration.ofSeconds(5);

    private final String what;
    private final Progress progress;
    private final Instant start = Instant.now();
    private final ArrayDeque<String> last = new ArrayDeque<>();
    private final Thread clock;
    private int downloaded;
    private int compiled;

    BuildWatch(String what, Progress progress) {
        this.what = what;
        this.progress = progress;
        progress.say("  building " + what + " from source, once");
        clock = Thread.ofVirtual().name("build-watch").start(this::tellEverySoOften);
    }

    synchronized void line(String line) {
        if (line.startsWith("go: downloading ")) {
            downloaded++;
        } else if (line.matches("[\\w./~-]+")) {
            compiled++;
        } else {
            keep(line);
        }
    }

    synchronized String lastLines() {
        return String.join("\n", last);
    }

    void done() {
        progress.say("  built " + what + " in " + seconds() + " s");
    }

    @Override
    public void close() {
        clock.interrupt();
    }

    private void keep(String line) {
        if (last.size() == LINES_KEPT) {
            last.removeFirst();
        }
        last.addLast(line);
    }

    private void tellEverySoOften() {
        try {
            while (true) {
                Thread.sleep(BETWEEN);
                tell();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void tell() {
        String modules = downloaded == 0 ? "" : ", " + downloaded + " modules fetched";
        progress.say("  building " + what + ": " + seconds() + " s" + modules + ", " + compiled + " packages compiled");
    }

    private long seconds() {
        return Duration.between(start, Instant.now()).toSeconds();
    }
}
