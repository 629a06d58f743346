package dev.sidecarsizer.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FreePortsTest {

    private static final int STARTERS = 4;
    private static final int PORTS = 1_000;

    @Test
    void givesNoPortTwice() {
        List<Integer> ports = IntStream.range(0, 20)
                .boxed()
                .flatMap(i -> FreePorts.find(5).stream())
                .toList();

        assertThat(ports).doesNotHaveDuplicates();
    }

    /** In one of a hundred tries or two a child had the socket yet that had looked whether the port is free. */
    @Test
    void aPortCanBeListenedOnWhileProcessesAreStarted() throws Exception {
        AtomicBoolean ended = new AtomicBoolean();
        try (ExecutorService starters = Executors.newFixedThreadPool(STARTERS)) {
            List<Future<Void>> started = IntStream.range(0, STARTERS)
                    .mapToObj(i -> starters.submit(() -> startUntil(ended)))
                    .toList();
            try {
                for (int i = 0; i < PORTS; i++) {
                    assertThatCode(FreePortsTest::listen).doesNotThrowAnyException();
                }
            } finally {
                ended.set(true);
            }
            for (Future<Void> one : started) {
                one.get();
            }
        }
    }

    private static @Nullable Void startUntil(AtomicBoolean ended) throws Exception {
        while (!ended.get()) {
            new ProcessBuilder("true").start().waitFor();
        }
        return null;
    }

    private static void listen() throws IOException {
        try (ServerSocket server = new ServerSocket()) {
            server.bind(FreePorts.address());
        }
    }
}
