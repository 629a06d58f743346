package dev.sidecarsizer.cluster;

/** Whoever waits is told what for. */
@FunctionalInterface
public interface Progress {

    void say(String line);

    /** Lines on standard output. */
    static Progress onConsole() {
        return System.out::println;
    }
}
