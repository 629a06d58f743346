package dev.sidecarsizer.admission;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.springframework.http.HttpStatus;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * AdmissionReviews as bytes: what comes in is bounded before it is believed, what goes out echoes what came.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/">Dynamic
 *     admission control</a>
 */
final class Reviews {

    /** An API server's own bound on a request is 3 MiB; a review holds an object twice at most. */
    static final int LARGEST = 6 * 1024 * 1024;

    private static final int DEEPEST = 100;
    /** A pod as large as etcd takes has fewer; in memory one is up to 150 bytes. */
    private static final int MOST_TOKENS = 300_000;

    private static final int LONGEST_NUMBER = 100;
    private static final int LONGEST_WARNING = 120;
    private static final int MOST_LINES = 4;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .maxTokenCount(MOST_TOKENS)
                            .maxNumberLength(LONGEST_NUMBER)
                            .maxStringLength(LARGEST)
                            .build())
                    .build())
            .build();

    private Reviews() {}

    /** A body that is no review; {@link #status} says how the caller is told. */
    static final class BadReview extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final HttpStatus status;

        BadReview(HttpStatus status, String message) {
            super(message);
            this.status = status;
        }

        HttpStatus status() {
            return status;
        }
    }

    /**
     * Reads a review.
     *
     * @throws BadReview where the body is no JSON, nests deeper than {@value #DEEPEST}, has more tokens than
     *     {@value #MOST_TOKENS}, or is no {@code admission.k8s.io/v1} AdmissionReview with a request and a uid
     */
    static Review read(byte[] body) {
        JsonNode tree;
        try {
            tree = JSON.readTree(body);
        } catch (JacksonException e) {
            // The parser's own message quotes the body.
            throw bad("the body is not JSON of at most " + DEEPEST + " levels and " + MOST_TOKENS + " tokens: "
                    + location(e));
        }
        String apiVersion = tree.path("apiVersion").asString("");
        String kind = tree.path("kind").asString("");
        if (!kind.equals("AdmissionReview") || !apiVersion.equals("admission.k8s.io/v1")) {
            throw bad("the body is no AdmissionReview of admission.k8s.io/v1");
        }
        if (!tree.path("request").isObject()) {
            throw bad("the AdmissionReview has no request");
        }
        String uid = tree.at("/request/uid").asString("");
        if (uid.isEmpty()) {
            throw bad("the AdmissionReview's request has no uid");
        }
        return new Review(tree, uid);
    }

    /** The answer: always allowed, with what {@code verdict} adds. */
    static byte[] write(Review review, Verdict verdict) {
        ObjectNode answer = JSON.createObjectNode();
        answer.set("apiVersion", review.tree().path("apiVersion"));
        answer.set("kind", review.tree().path("kind"));
        ObjectNode response = answer.putObject("response");
        response.put("uid", review.uid()).put("allowed", true);
        if (!verdict.patch().isEmpty()) {
            response.put("patchType", "JSONPatch");
            response.put("patch", Base64.getEncoder().encodeToString(JSON.writeValueAsBytes(verdict.patch())));
        }
        for (String warning : verdict.warnings()) {
            lines(printable(warning))
                    .forEach(line -> response.withArray("warnings").add(line));
        }
        if (!verdict.auditAnnotation().isEmpty()) {
            response.putObject("auditAnnotations").put("decision", verdict.auditAnnotation());
        }
        return JSON.writeValueAsBytes(answer);
    }

    private static BadReview bad(String message) {
        return new BadReview(HttpStatus.BAD_REQUEST, message);
    }

    private static String location(JacksonException e) {
        return e.getLocation() == null
                ? "no position"
                : "byte " + e.getLocation().getByteOffset();
    }

    /** Warnings travel in an HTTP header, without control characters. */
    private static String printable(String warning) {
        int[] clean = warning.codePoints()
                .map(point -> isPrintable(point) ? point : ' ')
                .toArray();
        return new String(clean, 0, clean.length);
    }

    /** A warning is short; one that is not becomes several, broken at spaces, so that its end, the remedy, is read too. */
    private static List<String> lines(String warning) {
        List<String> lines = new ArrayList<>();
        String rest = warning;
        while (rest.codePointCount(0, rest.length()) > LONGEST_WARNING && lines.size() < MOST_LINES - 1) {
            int end = rest.offsetByCodePoints(0, LONGEST_WARNING);
            int space = rest.lastIndexOf(' ', end);
            lines.add(rest.substring(0, space > 0 ? space : end));
            rest = rest.substring(space > 0 ? space + 1 : end);
        }
        boolean whole = rest.codePointCount(0, rest.length()) <= LONGEST_WARNING;
        lines.add(whole ? rest : rest.substring(0, rest.offsetByCodePoints(0, LONGEST_WARNING - 1)) + "…");
        return lines;
    }

    /** Half a surrogate pair, which a stranger can send in JSON, is no character either. */
    private static boolean isPrintable(int point) {
        return !Character.isISOControl(point) && Character.getType(point) != Character.SURROGATE;
    }
}
