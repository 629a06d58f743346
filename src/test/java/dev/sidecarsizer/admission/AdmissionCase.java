package dev.sidecarsizer.admission;

import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.store.StoredObjects;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One folder of {@code src/test/resources/admission}: {@code review.json} as an API server sends it, YAML of whatever
 * else is in the cluster, and what must come of it in {@code patch.json} (none: no patch) and {@code decision.json}.
 *
 * @param folder named in words for what it is about
 * @param objects what is in the cluster
 */
public record AdmissionCase(Path folder, StoredObjects objects) {

    private static final Path FOLDERS = Path.of("src", "test", "resources", "admission");
    private static final String OWN_NAMESPACE = "sidecar-sizer-system";
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-24T12:00:00Z"));
    private static final JsonMapper JSON = JsonMapper.shared();

    public static List<AdmissionCase> all() {
        try (Stream<Path> folders = Files.list(FOLDERS)) {
            return folders.sorted()
                    .map(folder -> new AdmissionCase(folder, StoredObjects.in(folder, OWN_NAMESPACE)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static AdmissionCase named(String name) {
        Path folder = FOLDERS.resolve(name);
        return new AdmissionCase(folder, StoredObjects.in(folder, OWN_NAMESPACE));
    }

    byte[] review() {
        return bytes("review.json");
    }

    /** The expected operations, none where there is no {@code patch.json}. */
    JsonNode patch() {
        return Files.exists(folder.resolve("patch.json")) ? JSON.readTree(bytes("patch.json")) : JSON.createArrayNode();
    }

    JsonNode decision() {
        return JSON.readTree(bytes("decision.json"));
    }

    /** The pod that is to be created; missing where none is. */
    public JsonNode pod() {
        return JSON.readTree(review()).at("/request/object");
    }

    /** Lets the webhook for mode enforce decide. */
    public void decide(DecisionLog log) {
        answer(review(), Mode.ENFORCE, Mode.ENFORCE, log);
    }

    /** What the webhook of that reach answers to {@code review}. */
    Answer answer(byte[] review, Mode most) {
        return answer(review, most, Mode.ENFORCE, (workload, tally) -> {});
    }

    Answer answer(byte[] review, Mode most, Mode cap, DecisionLog log) {
        PodAdmission pods =
                new PodAdmission(objects.profiles(), objects.policies(), objects.surroundings(), log, CLOCK, () -> cap);
        Review read = Reviews.read(review);
        Verdict verdict = pods.admit(read, most);
        return new Answer(verdict, new String(Reviews.write(read, verdict), StandardCharsets.UTF_8));
    }

    private byte[] bytes(String file) {
        try {
            return Files.readAllBytes(folder.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The folder's name: that of the case in test reports. */
    @Override
    public String toString() {
        return folder.getFileName().toString();
    }
}
