package dev.sidecarsizer.cluster;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program that runs until it is closed, or until this JVM ends in whatever way; what it prints goes to a file. */
public final class ChildProcess implements AutoCloseable {

    private static final int LINES_SHOWN = 20;
    private static final int SECONDS_TO_END = 10;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final String name;
    private final Path log;
    private final Process process;

    private ChildProcess(String name, Path log, Process process) {
        this.name = name;
        this.log = log;
        this.process = process;
    }

    /**
     * Starts a program.
     *
     * @param name what people call it
     * @param log file for what it prints
     * @param folder where it runs
     * @param environment variables added to those of this JVM
     * @param command program and arguments
     */
    public static ChildProcess start(
            String name, Path log, Path folder, Map<String, String> environment, List<String> command) {
        try {
            Files.createDirectories(log.toAbsolutePath().getParent());
            File out = log.toFile();
            ProcessBuilder builder = new ProcessBuilder(Guard.words(command))
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(out);
            builder.environment().putAll(environment);
            return new ChildProcess(name, log, builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + name, e);
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /**
     * Waits until it answers with 200, a minute at most.
     *
     * @param probe where it does once it is ready, in plain HTTP
     * @throws IllegalStateException with its story, where it ends or takes longer
     */
    void awaitReady(URI probe) {
        Instant deadline = Instant.now().plus(PATIENCE);
        HttpRequest ready = HttpRequest.newBuilder(probe).build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            while (!answers(client, ready)) {
                if (!process.isAlive() || Instant.now().isAfter(deadline)) {
                    throw new IllegalStateException(story());
                }
                Thread.sleep(50);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static boolean answers(HttpClient client, HttpRequest ready) throws InterruptedException {
        try {
            return client.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            // it does not listen yet, which passes
            return false;
        }
    }

    /** Asks it to end, as the kubelet does, and does not wait. */
    public void terminate() {
        process.destroy();
    }

    /** Its exit code, once it has ended. */
    public int awaitExit(Duration patience) {
        try {
            if (process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                return process.exitValue();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new IllegalStateException("waited " + patience.toSeconds() + " s in vain for the end of " + story());
    }

    /** Its name, how it ended if it did, where its log is and how that ends. */
    public String story() {
        String state = process.isAlive() ? " runs" : " ended with exit code " + process.exitValue();
        try {
            List<String> lines = Files.readAllLines(log);
            List<String> last = lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size());
            return name + state + "; " + log + " ends with\n" + String.join("\n", last);
        } catch (IOException e) {
            return name + state + "; " + log + " cannot be read: " + e.getMessage();
        }
    }

    /** Asks it to end, and ends it after ten seconds. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
