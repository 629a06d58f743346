package dev.sidecarsizer.config;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Between the end of readiness and the end of service. By the time that we are told to stop, API servers may not know
 * it yet: we serve on, and ask each connection that is used to close after its answer, so that none is cut in a call.
 */
final class Drain implements SmartLifecycle, Filter {

    /** Stops before the web server's graceful shutdown, which is at {@code DEFAULT_PHASE - 1024}. */
    static final int PHASE = DEFAULT_PHASE - 512;

    private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

    private final Duration length;
    private volatile boolean running;
    private volatile boolean draining;

    Drain(Duration length) {
        this.length = length;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        draining = true;
        LOG.info("stopping: no longer ready, serving on for {} s", length.toSeconds());
        try {
            Thread.sleep(length);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (draining && response instanceof HttpServletResponse http) {
            http.setHeader("Connection", "close");
        }
        chain.doFilter(request, response);
    }
}
