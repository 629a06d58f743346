package dev.sidecarsizer.admission;

import dev.sidecarsizer.admission.Reviews.BadReview;
import dev.sidecarsizer.mesh.Mode;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The two webhooks: {@code /mutate} may patch, {@code /audit} cannot, and both decide with the same code.
 *
 * <p>Bodies are read as raw bytes and at most {@link Reviews#LARGEST} of them: typed reviews cost a third more and would
 * drop fields that they do not know.
 */
@RestController
public final class AdmissionController {

    private final PodAdmission pods;
    private final AdmissionMetrics metrics;

    public AdmissionController(PodAdmission pods, AdmissionMetrics metrics) {
        this.pods = pods;
        this.metrics = metrics;
    }

    /** The mutating webhook. */
    @PostMapping(path = "/mutate", consumes = MediaType.APPLICATION_JSON_VALUE)
    public ResponseEntity<byte[]> mutate(HttpServletRequest request) throws IOException {
        return answer(request, "mutate", Mode.ENFORCE);
    }

    /** The validating webhook: whatever the namespace says, it goes no further than audit. */
    @PostMapping(path = "/audit", consumes = MediaType.APPLICATION_JSON_VALUE)
    public ResponseEntity<byte[]> audit(HttpServletRequest request) throws IOException {
        return answer(request, "audit", Mode.AUDIT);
    }

    /** One line says what is wrong with a body that is no review; the API server then admits the pod unchanged. */
    @ExceptionHandler
    ResponseEntity<String> refuse(BadReview bad, HttpServletRequest request) {
        metrics.refused(request.getServletPath().substring(1), bad.status().value());
        return ResponseEntity.status(bad.status())
                .contentType(MediaType.TEXT_PLAIN)
                .body(bad.getMessage() + "\n");
    }

    private ResponseEntity<byte[]> answer(HttpServletRequest request, String endpoint, Mode most) throws IOException {
        byte[] body = body(request);
        long start = System.nanoTime();
        Review review = Reviews.read(body);
        Verdict verdict = pods.admit(review, most);
        byte[] answer = Reviews.write(review, verdict);
        if (!review.isDryRun()) {
            metrics.answered(endpoint, verdict, Duration.ofNanos(System.nanoTime() - start));
        }
        return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(answer);
    }

    private static byte[] body(HttpServletRequest request) throws IOException {
        byte[] body = request.getContentLengthLong() > Reviews.LARGEST
                ? new byte[0]
                : request.getInputStream().readNBytes(Reviews.LARGEST + 1);
        if (request.getContentLengthLong() > Reviews.LARGEST || body.length > Reviews.LARGEST) {
            throw new BadReview(HttpStatus.CONTENT_TOO_LARGE, "the body is larger than " + Reviews.LARGEST + " bytes");
        }
        return body;
    }
}
