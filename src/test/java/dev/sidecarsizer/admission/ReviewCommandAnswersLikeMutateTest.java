package dev.sidecarsizer.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.cli.Cli;
import dev.sidecarsizer.cli.Written;
import dev.sidecarsizer.mesh.Mode;
import io.fabric8.zjsonpatch.JsonPatch;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** {@code sidecar-sizer review} and {@code /mutate} give the same patch, byte for byte, for every folder. */
@ExtendWith(CaseNamed.class)
class ReviewCommandAnswersLikeMutateTest {

    private static final JsonMapper JSON = JsonMapper.shared();

    @TempDir
    private Path folder;

    static Stream<AdmissionCase> cases() {
        return AdmissionCase.all().stream();
    }

    static Stream<AdmissionCase> podCreations() {
        return cases().filter(one -> {
            Review review = Reviews.read(one.review());
            return review.isPodCreation()
                    && review.object().path("kind").asString("").equals("Pod");
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void toTheReviewItself(AdmissionCase one) {
        assertThat(review(one, one.folder().resolve("review.json"), "-o", "json"))
                .isEqualTo(mutate(one).patchText() + "\n");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("podCreations")
    void toThePodAlone(AdmissionCase one) throws IOException {
        assertThat(review(one, pod(one), "-o", "json")).isEqualTo(mutate(one).patchText() + "\n");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("podCreations")
    void inThePatchedPod(AdmissionCase one) throws IOException {
        JsonNode patched =
                JsonPatch.apply(mutate(one).patch(), Reviews.read(one.review()).object());

        assertThat(new YAMLMapper().readTree(review(one, pod(one), "-o", "yaml")))
                .hasToString(patched.toString());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("podCreations")
    void inTheExitCodeAndForPeople(AdmissionCase one) throws IOException {
        StringWriter out = new StringWriter();
        boolean changes = !mutate(one).patch().isEmpty();

        assertThat(run(one, pod(one), out, "--exit-code")).isEqualTo(changes ? 3 : 0);

        assertThat(out.toString()).contains(mutate(one).verdict().reason());
        assertThat(out.toString().contains("@@ -")).isEqualTo(changes);
    }

    private static Answer mutate(AdmissionCase one) {
        return one.answer(one.review(), Mode.ENFORCE);
    }

    private Path pod(AdmissionCase one) throws IOException {
        JsonNode pod = Reviews.read(one.review()).object();
        return Files.writeString(folder.resolve("pod.yaml"), Written.yaml(JSON.readTree(pod.toString())));
    }

    private static String review(AdmissionCase one, Path file, String... options) {
        StringWriter out = new StringWriter();
        assertThat(run(one, file, out, options)).isZero();
        return out.toString();
    }

    private static int run(AdmissionCase one, Path file, StringWriter out, String... options) {
        List<String> arguments = new ArrayList<>(List.of(
                "review",
                "-f",
                file.toString(),
                "--profiles",
                one.folder().toString(),
                "-n",
                Reviews.read(one.review()).namespace()));
        arguments.addAll(List.of(options));
        return Cli.run(new PrintWriter(out), new PrintWriter(new StringWriter()), arguments.toArray(String[]::new));
    }
}
