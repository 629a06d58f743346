package dev.sidecarsizer.admission;

import dev.sidecarsizer.admission.Reviews.BadReview;
import dev.sidecarsizer.mesh.Mode;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The two webhooks: {@code /mutate} may patch, {@code /audit} cannot, and both decide with the same code.
 *
 * <p>Bodies are read as raw bytes: typed reviews cost a third more and would drop fields that they do not know.
 */
@RestController
public final class AdmissionController {

    private static final String MUTATE = "mutate";
    private static final String AUDIT = "audit";

    private final Bodies bodies = new Bodies();
    private final PodAdmission pods;
    private final AdmissionMetrics metrics;

    public AdmissionController(PodAdmission pods, AdmissionMetrics metrics) {
        this.pods = pods;
        this.metrics = metrics;
        metrics.expect(MUTATE, PodAdmission.fault(Mode.ENFORCE));
        metrics.expect(AUDIT, PodAdmission.fault(Mode.AUDIT));
    }

    /** The mutating webhook. */
    @PostMapping("/" + MUTATE)
    public ResponseEntity<byte[]> mutate(HttpServletRequest request) {
        return answer(request, MUTATE, Mode.ENFORCE);
    }

    /** The validating webhook: whatever the namespace says, it goes no further than audit. */
    @PostMapping("/" + AUDIT)
    public ResponseEntity<byte[]> audit(HttpServletRequest request) {
        return answer(request, AUDIT, Mode.AUDIT);
    }

    /** One line says what is wrong with a body that is no review; the API server then admits the pod unchanged. */
    @ExceptionHandler
    ResponseEntity<String> refuse(BadReview bad, HttpServletRequest request) {
        metrics.refused(request.getServletPath().substring(1), bad.status().value());
        return ResponseEntity.status(bad.status())
                .contentType(MediaType.TEXT_PLAIN)
                .body(bad.getMessage() + "\n");
    }

    private ResponseEntity<byte[]> answer(HttpServletRequest request, String endpoint, Mode most) {
        byte[] answer = bodies.with(request, body -> answer(body, endpoint, most));
        return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(answer);
    }

    private byte[] answer(byte[] body, String endpoint, Mode most) {
        long start = System.nanoTime();
        Review review = Reviews.read(body);
        Verdict verdict = pods.admit(review, most);
        byte[] answer = Reviews.write(review, verdict);
        if (!review.isDryRun()) {
            metrics.answered(endpoint, verdict, Duration.ofNanos(System.nanoTime() - start));
        }
        return answer;
    }
}
