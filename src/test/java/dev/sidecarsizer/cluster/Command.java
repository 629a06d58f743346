package dev.sidecarsizer.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * A program run to its end.
 *
 * @param words program and arguments
 * @param folder where it runs
 */
public record Command(List<String> words, Path folder) {

    /** Threads of their own: the common pool has one on two cores, and two pipes must be served at once. */
    private static final Executor THREADS =
            task -> Thread.ofPlatform().daemon().name("command").start(task);

    /**
     * What came of it.
     *
     * @param exit its exit code
     * @param out its standard output
     * @param err its standard error
     */
    public record Outcome(int exit, String out, String err) {

        /** This, where the program succeeded; else what it complained of. */
        public Outcome orThrow() {
            if (!ok()) {
                throw new IllegalStateException(err.isBlank() ? "exit code " + exit : err.strip());
            }
            return this;
        }

        public boolean ok() {
            return exit == 0;
        }
    }

    public Command(List<String> words) {
        this(words, Path.of("").toAbsolutePath());
    }

    public Outcome run() {
        return run("");
    }

    /** Runs it with this standard input. */
    public Outcome run(String input) {
        Process process = start(words);
        try {
            CompletableFuture<String> err = CompletableFuture.supplyAsync(() -> text(process.errorReader()), THREADS);
            CompletableFuture<Void> fed = CompletableFuture.runAsync(() -> feed(process, input), THREADS);
            String out = text(process.inputReader());
            fed.join();
            return new Outcome(await(process), out, err.join());
        } finally {
            process.destroy();
        }
    }

    /** Runs it without input, guarded, each line that it prints given to {@code lines}; returns its exit code. */
    int run(Consumer<String> lines) {
        Process process = start(Guard.words(words));
        CompletableFuture<Void> err =
                CompletableFuture.runAsync(() -> process.errorReader().lines().forEach(lines), THREADS);
        process.inputReader().lines().forEach(lines);
        err.join();
        try {
            return await(process);
        } finally {
            process.destroy();
        }
    }

    private Process start(List<String> guarded) {
        try {
            ProcessBuilder builder = new ProcessBuilder(guarded).directory(folder.toFile());
            // a workspace around us or flags of the user's own would build something else than what is pinned
            builder.environment().put("GOWORK", "off");
            builder.environment().remove("GOFLAGS");
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + String.join(" ", words), e);
        }
    }

    private static void feed(Process process, String input) {
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // it ended without reading all: its exit code says why
        }
    }

    private static String text(BufferedReader reader) {
        StringBuilder text = new StringBuilder();
        reader.lines().forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }

    private static int await(Process process) {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
