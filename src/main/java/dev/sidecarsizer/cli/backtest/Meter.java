package dev.sidecarsizer.cli.backtest;

import java.util.function.LongConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Shows on standard error how far a long work is, where somebody looks. */
final class Meter implements AutoCloseable, LongConsumer {

    private static final int EVERY_MILLISECONDS = 200;

    private final @Nullable ProgressBar bar;

    private Meter(@Nullable ProgressBar bar) {
        this.bar = bar;
    }

    /** Of {@code most} steps; it shows nothing where {@code shown} is false. */
    static Meter of(String task, long most, boolean shown) {
        return new Meter(
                shown
                        ? new ProgressBarBuilder()
                                .setTaskName(task)
                                .setInitialMax(most)
                                .setUpdateIntervalMillis(EVERY_MILLISECONDS)
                                .setStyle(ProgressBarStyle.ASCII)
                                .build()
                        : null);
    }

    @Override
    public void accept(long done) {
        if (bar != null) {
            bar.stepTo(done);
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
