package dev.sidecarsizer.cli.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.admission.Judgement;
import dev.sidecarsizer.admission.Review;
import dev.sidecarsizer.cli.Ink;
import dev.sidecarsizer.cli.Said;
import dev.sidecarsizer.cli.Submitted;
import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.sizing.Decision.Keep;
import dev.sidecarsizer.sizing.Decision.Origin;
import dev.sidecarsizer.sizing.Decision.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** What people read: each file of {@code src/test/resources/explain} is the answer to the admission case of its name. */
class ExplainCommandTest {

    private static final Path CASES = Path.of("src/test/resources/admission");
    private static final Path ANSWERS = Path.of("src/test/resources/explain");

    @TempDir
    private Path folder;

    static Stream<String> answers() throws IOException {
        try (Stream<Path> files = Files.list(ANSWERS)) {
            return files
                    .map(file -> file.getFileName().toString().replaceFirst("\\.txt$", ""))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("answers")
    void readsWell(String name) throws IOException {
        Path one = CASES.resolve(name);

        Said said = Said.by("explain", "-f", one.resolve("review.json").toString(), "--profiles", one.toString());

        assertThat(said.out()).isEqualTo(Files.readString(ANSWERS.resolve(name + ".txt")));
        assertThat(said.code()).isZero();
    }

    @Test
    void everyWordHasAnAnswer() throws IOException {
        List<String> answered = answers()
                .map(name -> CASES.resolve(name).resolve("decision.json"))
                .map(file -> JsonMapper.shared().readTree(file).path("reason").asString())
                .toList();

        assertThat(answered)
                .containsAll(Stream.of(Origin.values()).map(Enum::name).toList())
                // a fault of ours is no case
                .containsAll(Stream.of(Reason.values())
                        .filter(reason -> reason != Reason.INTERNAL_ERROR)
                        .map(Enum::name)
                        .toList());
    }

    @Test
    void aFaultOfOursIsCalledOne() {
        Submitted pod =
                new Submitted("shop/Pod/x", Review.ofCreated(JsonMapper.shared().createObjectNode(), "shop"), true);
        Explanation fault = new Explanation(
                pod,
                false,
                new Judgement(Mode.ENFORCE, new Keep(Reason.INTERNAL_ERROR), null, null),
                Mode.ENFORCE,
                "shop/Pod/x",
                List.of(),
                null,
                null);

        assertThat(new ExplanationText(Ink.of(new CommandLine(new ExplainCommand())), false).of(fault))
                .isEqualTo(
                        """
                        shop/Pod/x: istio-proxy stays as it is (INTERNAL_ERROR)
                          A fault of ours; the pod came out as it went in.
                          What to do: Report it, with the log's line of the same uid.
                        """);
    }

    @ParameterizedTest
    @CsvSource({
        "shop/reviews",
        "shop/Deployment/reviews",
        "shop/deploy/reviews",
        "-n shop reviews",
        "-n shop deployment/reviews",
        "-n shop deployments/reviews",
        "-A reviews",
        "-A deploy/reviews",
        "-n shop shop/Deployment/reviews"
    })
    void findsAWorkloadAsKubectlWould(String arguments) {
        Said said = explain("docs/examples/shop", arguments);

        assertThat(said.out())
                .startsWith("shop/Deployment/reviews: istio-proxy gets 96Mi/192Mi (WORKLOAD_PROFILE)\n")
                .contains(
                        "request/limit as its last pod came, or as Istio gives them: no pod of it was looked at",
                        "shop/shop");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            shop/reviewz           | 1 | nothing is known of shop/reviewz: did you mean shop/Deployment/reviews?
            shop/rviews            | 1 | did you mean shop/Deployment/reviews?
            shop/other             | 1 | no pod of it was seen yet, or it is not in the mesh; -f FILE explains
            reviews                | 1 | nothing is known of default/reviews
            shop/StatefulSet/reviews | 1 | nothing is known of shop/statefulset/reviews
            shop//reviews          | 2 | "shop//reviews" is neither NAMESPACE/WORKLOAD
            a/b/c/d                | 2 | is neither NAMESPACE/WORKLOAD
            -n x shop/Deployment/reviews | 2 | "shop/Deployment/reviews" is in another namespace than --namespace x
            shop/reviews -f pom.xml | 2 | mutually exclusive
            shop/reviews -o diff   | 2 | expected one of [TABLE, WIDE, JSON, YAML]
            """)
    void whatItCannotFindIsToldInOneLine(String arguments, int code, String complaint) {
        Said said = explain("docs/examples/shop", arguments);

        assertThat(said.code()).isEqualTo(code);
        assertThat(said.out()).isEmpty();
        assertThat(said.err().lines()).singleElement().asString().contains(complaint);
    }

    @Test
    void theBrakeIsNamed() throws IOException {
        Files.copy(Path.of("docs/examples/shop/reviews.yaml"), folder.resolve("reviews.yaml"));
        Files.writeString(
                folder.resolve("brake.yaml"),
                """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: sidecar-sizer, namespace: sidecar-sizer-system}
                data: {mode: audit}
                """);

        assertThat(explain(folder.toString(), "shop/reviews").out())
                .startsWith("shop/Deployment/reviews: istio-proxy would get 96Mi/192Mi (WORKLOAD_PROFILE)\n")
                .containsPattern("mode +audit +the installation goes no further than audit");
    }

    @Test
    void howNearItCameToItsHeapBudgetIsTold() throws IOException {
        String profile = Files.readString(Path.of("docs/examples/shop/reviews.yaml"));
        assertThat(explain("docs/examples/shop", "shop/reviews").out()).doesNotContain("overload ");
        Files.writeString(
                folder.resolve("reviews.yaml"),
                profile.replace("  proxy:", "  facts: {pressure: 1.043, shrinksPerHour: 45.7}\n  proxy:"));

        assertThat(explain(folder.toString(), "shop/reviews").out())
                .containsPattern("overload +allocated 104 % of the limit, heap shrunk 46 times an hour");
        assertThat(explain(folder.toString(), "shop/reviews -o json").out()).contains("\"pressure\" : 1.043");
    }

    @Test
    void askingForNothingIsNotUnderstood() {
        assertThat(explain("docs/examples/shop", "-o json").err())
                .contains("Missing required argument")
                .hasLineCount(1);
    }

    @Test
    void aNameThatSeveralHaveMustBeSaidInFull() throws IOException {
        String profile = Files.readString(Path.of("docs/examples/shop/reviews.yaml"));
        Files.writeString(folder.resolve("a.yaml"), profile);
        Files.writeString(folder.resolve("b.yaml"), profile.replace("kind: Deployment", "kind: StatefulSet"));

        assertThat(explain(folder.toString(), "shop/reviews").err())
                .contains("shop/reviews may be [shop/Deployment/reviews, shop/StatefulSet/reviews]: name one of them");
        assertThat(explain(folder.toString(), "shop/sts/reviews").out()).startsWith("shop/StatefulSet/reviews: ");
    }

    @Test
    void theSameForPrograms() {
        JsonNode json = JsonMapper.shared()
                .readTree(explain("docs/examples/shop", "shop/reviews -o json").out());
        JsonNode yaml = new YAMLMapper()
                .readTree(explain("docs/examples/shop", "shop/reviews -o yaml").out());

        assertThat(yaml).hasToString(json.toString());
        assertThat(json.path("reason").asString()).isEqualTo("WORKLOAD_PROFILE");
        assertThat(json.at("/after/limit").asString()).isEqualTo("192Mi");
        assertThat(json.at("/heapBudget").asString()).isEqualTo("181797912");
        assertThat(json.at("/policy/name").asString()).isEqualTo("shop/shop");
        assertThat(json.at("/profile/observed/peak").asString()).isEqualTo("151Mi");
        assertThat(json.at("/rules").valueStream().map(rule -> rule.path("rule").asString()))
                .containsExactly(
                        "OWNER",
                        "REVISION_PROFILE",
                        "WORKLOAD_PROFILE",
                        "OOM_EVIDENCE",
                        "FLOOR",
                        "LIVE_USE",
                        "CEILING");
    }

    @Test
    void whatWouldBeInAnotherMode() {
        assertThat(explain("docs/examples/shop", "shop/reviews --mode audit").out())
                .startsWith("shop/Deployment/reviews: istio-proxy would get 96Mi/192Mi");
        assertThat(explain("docs/examples/shop", "shop/reviews --mode off").out())
                .startsWith("shop/Deployment/reviews: istio-proxy stays as it is (MODE_OFF)")
                .contains("p99 120Mi");
    }

    private static Said explain(String profiles, String arguments) {
        return Said.by(Stream.concat(Stream.of("explain", "--profiles", profiles), Stream.of(arguments.split(" ")))
                .toArray(String[]::new));
    }
}
