package dev.sidecarsizer.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class TickerTest {

    @Test
    void goesOnAfterAnyFailureAndTellsItOnce(CapturedOutput log) {
        AtomicInteger times = new AtomicInteger();
        Runnable odd = () -> {
            if (times.incrementAndGet() <= 3) {
                throw new IllegalStateException("nobody thought of it");
            }
        };
        try (Ticker ticker = new Ticker("test-ticker", Duration.ofMillis(1), odd)) {
            ticker.start();

            await().until(() -> times.get() > 5);
        }

        assertThat(log).containsOnlyOnce("test-ticker failed, will retry").contains("nobody thought of it");
    }

    @Test
    void aNewFailureAfterASuccessIsToldAgain(CapturedOutput log) {
        AtomicInteger times = new AtomicInteger();
        Runnable everySecond = () -> {
            if (times.incrementAndGet() % 2 == 1 && times.get() < 4) {
                throw new IllegalStateException("nobody thought of it");
            }
        };
        try (Ticker ticker = new Ticker("test-ticker", Duration.ofMillis(1), everySecond)) {
            ticker.start();

            await().until(() -> times.get() > 5);
        }

        assertThat(log.getOut().lines().filter(line -> line.contains("will retry")))
                .hasSize(2);
    }

    @Test
    void anApiServerThatDoesNotAnswerIsToldInOneLine(CapturedOutput log) {
        AtomicInteger times = new AtomicInteger();
        Runnable away = () -> {
            times.incrementAndGet();
            throw new KubernetesClientException("connection refused");
        };
        try (Ticker ticker = new Ticker("test-ticker", Duration.ofMillis(1), away)) {
            ticker.start();

            await().until(() -> times.get() > 2);
        }

        assertThat(log.getOut().lines())
                .singleElement()
                .asString()
                .contains("test-ticker failed, will retry", "connection refused");
    }
}
