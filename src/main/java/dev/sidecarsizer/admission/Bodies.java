package dev.sidecarsizer.admission;

import dev.sidecarsizer.admission.Reviews.BadReview;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;

/**
 * The bodies that are here, bounded in size, in time, and together: a body becomes a tree of many times its size, and
 * whoever reaches our port can send as many as it likes.
 *
 * <p>A pod is some ten KiB, injected. Larger than {@value #LARGE} bytes is rare; of such bodies no more are taken at once
 * than the largest one would be. One too many is refused and does not wait: nothing in the admission path does.
 */
final class Bodies {

    /** The largest body that is taken whatever others are here. */
    static final int LARGE = 64 * 1024;

    private static final int FIRST_PART = 8 * 1024;
    /** An API server that waits for us gives up after two seconds. */
    private static final Duration LONGEST = Duration.ofSeconds(5);

    /** Bytes. */
    private final Semaphore room = new Semaphore(Reviews.LARGEST);

    /**
     * Reads a body and hands it to {@code use}.
     *
     * @throws BadReview where it is not JSON by its type, too large, too slow, ends early, or would be one large body too many
     */
    <T> T with(HttpServletRequest request, Function<byte[], T> use) {
        if (!isJson(request.getContentType())) {
            throw new BadReview(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "the body is not of type application/json");
        }
        long length = request.getContentLengthLong();
        if (length > Reviews.LARGEST) {
            throw tooLarge();
        }
        // a length that is not told may be any
        int most = length < 0 ? Reviews.LARGEST : (int) length;
        int taken = most <= LARGE ? 0 : most;
        if (!room.tryAcquire(taken)) {
            throw new BadReview(
                    HttpStatus.SERVICE_UNAVAILABLE, "too many bodies larger than " + LARGE + " bytes at once");
        }
        try {
            return use.apply(read(request));
        } finally {
            room.release(taken);
        }
    }

    private static boolean isJson(@Nullable String type) {
        return type != null && type.split(";", 2)[0].strip().equalsIgnoreCase(MediaType.APPLICATION_JSON_VALUE);
    }

    private static byte[] read(HttpServletRequest request) {
        try {
            return read(request.getInputStream());
        } catch (SocketTimeoutException slow) {
            throw tooSlow();
        } catch (IOException cut) {
            throw new BadReview(HttpStatus.BAD_REQUEST, "the body ends early");
        }
    }

    private static byte[] read(InputStream in) throws IOException {
        long start = System.nanoTime();
        byte[] body = new byte[FIRST_PART];
        int length = 0;
        int part = in.read(body);
        while (part >= 0) {
            length += part;
            if (length > Reviews.LARGEST) {
                throw tooLarge();
            }
            if (System.nanoTime() - start > LONGEST.toNanos()) {
                throw tooSlow();
            }
            if (length == body.length) {
                body = Arrays.copyOf(body, Math.min(2 * length, Reviews.LARGEST + 1));
            }
            part = in.read(body, length, body.length - length);
        }
        return Arrays.copyOf(body, length);
    }

    private static BadReview tooLarge() {
        return new BadReview(HttpStatus.CONTENT_TOO_LARGE, "the body is larger than " + Reviews.LARGEST + " bytes");
    }

    private static BadReview tooSlow() {
        return new BadReview(
                HttpStatus.REQUEST_TIMEOUT, "the body does not come within " + LONGEST.toSeconds() + " seconds");
    }
}
