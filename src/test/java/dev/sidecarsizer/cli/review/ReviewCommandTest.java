package dev.sidecarsizer.cli.review;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.cli.Said;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What may be handed to {@code review}, and how it tells what it cannot do. */
class ReviewCommandTest {

    private static final String PROXY =
            """
            [{name: istio-proxy, restartPolicy: Always, image: "docker.io/istio/proxyv2:1.31.0", args: [proxy, sidecar], \
            resources: {requests: {memory: 128Mi}, limits: {memory: 1Gi}}}]""";
    private static final String TEMPLATE = "{metadata: {labels: {app: reviews}}, spec: {initContainers: " + PROXY
            + ", containers: [{name: reviews, image: reviews}]}}";
    private static final String DEPLOYMENT =
            "{apiVersion: apps/v1, kind: Deployment, metadata: {name: reviews, namespace:" + " shop}, spec: {template: "
                    + TEMPLATE + "}}";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "apps/v1, Deployment",
        "apps/v1, StatefulSet",
        "apps/v1, DaemonSet",
        "batch/v1, Job",
        "batch/v1, CronJob"
    })
    void takesTheTemplateOfAController(String apiVersion, String kind) throws IOException {
        write(
                "profiles/one.yaml",
                Files.readString(Path.of("docs/examples/shop/reviews.yaml"))
                        .replace(
                                "apiVersion: apps/v1, kind: Deployment",
                                "apiVersion: " + apiVersion + ", kind: " + kind));
        String controller = DEPLOYMENT.replace("apps/v1", apiVersion).replace("Deployment", kind);
        if (kind.equals("CronJob")) {
            controller = controller.replace("{template", "{jobTemplate: {spec: {template") + "}}";
        }

        Said said = review(controller);

        assertThat(said.out())
                .startsWith(
                        "shop/" + kind + "/reviews: istio-proxy 128Mi/1Gi -> 96Mi/192Mi, WORKLOAD_PROFILE; heap budget")
                .contains("-          memory: \"1Gi\"\n+          memory: \"192Mi\"");
    }

    @Test
    void tellsHowAPodThatIsNotInjectedYetCanBe() throws IOException {
        assertThat(review(DEPLOYMENT.replace("initContainers: " + PROXY + ", ", ""))
                        .out())
                .isEqualTo(
                        """
                        shop/Deployment/reviews: stays as it is, NO_PROXY
                          No container istio-proxy that lives as long as the pod.
                          It is not injected yet. Inject it first: istioctl kube-inject -f FILE | sidecar-sizer review -f -
                        """);
    }

    @Test
    void takesSeveralDocumentsAndListsAndPassesByWhatMakesNoPod() throws IOException {
        Said said =
                review(DEPLOYMENT + "\n---\n{apiVersion: v1, kind: Service, metadata: {name: s}}\n---\n{apiVersion: v1,"
                        + " kind: List, items: [" + DEPLOYMENT.replace("name: reviews, n", "name: ratings, n") + "]}");

        assertThat(said.out().lines().filter(line -> line.startsWith("shop/")))
                .extracting(line -> line.substring(0, line.indexOf(':')))
                .containsExactly("shop/Deployment/reviews", "shop/Deployment/ratings");
        assertThat(said.err()).isEqualTo("sidecar-sizer review: passed by: 1 Service\n");
    }

    @Test
    void readsStandardInputAndWritesWhatKubectlWouldTake() throws IOException {
        InputStream stdin = System.in;
        try {
            System.setIn(
                    new ByteArrayInputStream((DEPLOYMENT + "\n---\n" + DEPLOYMENT).getBytes(StandardCharsets.UTF_8)));
            Said said = Said.by("review", "-f", "-", "--profiles", "docs/examples/shop", "-o", "yaml");

            assertThat(said.out().lines().filter("---"::equals)).hasSize(2);
            assertThat(said.out())
                    .startsWith("---\napiVersion: v1\nkind: Pod\n")
                    .contains("memory: \"192Mi\"");
        } finally {
            System.setIn(stdin);
        }
    }

    @Test
    void asksAsIfTheNamespaceWereInAnotherMode() throws IOException {
        assertThat(review(DEPLOYMENT, "--mode", "audit", "--exit-code"))
                .isEqualTo(new Said(
                        0,
                        """
                        shop/Deployment/reviews: istio-proxy 128Mi/1Gi -> 96Mi/192Mi, WORKLOAD_PROFILE; heap budget 173Mi, idle timeout 300s
                          In mode audit this is only recorded: --mode enforce shows the patch.
                        """,
                        ""));
        assertThat(review(DEPLOYMENT, "--mode", "off", "-o", "json").out()).isEqualTo("[]\n");
        assertThat(review(DEPLOYMENT, "--exit-code").code()).isEqualTo(3);
    }

    @Test
    void theSecondTimeThereIsNothingToDo() throws IOException {
        String patched = review(DEPLOYMENT, "-o", "yaml").out();

        assertThat(review(patched, "--exit-code").out()).contains("The pod has all of it already.");
        assertThat(review(patched, "--exit-code").code()).isZero();
    }

    @Test
    void aPatchIsOneLineForEachPod() throws IOException {
        List<String> lines = review(DEPLOYMENT + "\n---\n" + DEPLOYMENT, "-o", "json")
                .out()
                .lines()
                .toList();

        assertThat(lines).hasSize(2);
        JsonNode patch = JsonMapper.shared().readTree(lines.getFirst());
        assertThat(patch.get(0).path("op").asString()).isEqualTo("add");
    }

    @Test
    void aStrangersNameMovesNoCursor() throws IOException {
        Said said = review(DEPLOYMENT.replace("name: reviews, n", "name: \"\\e[31mred\\a\", n"));

        assertThat(said.out())
                .startsWith("shop/Deployment/?[31mred?: stays as it is, NO_PROFILE")
                .doesNotContain("\u001b");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            kind: [unclosed                              | -f POD cannot be read: no YAML that can be read
            {apiVersion: v1, kind: Service}              | -f POD has no pod, and nothing that makes one, only 1 Service
            just text                                    | -f POD has no pod, and nothing that makes one
            {kind: Pod, metadata: {namespace: other}}    | other/Pod/? is of another namespace than --namespace shop
            """)
    void whatCannotBeReviewedIsToldInOneLine(String pod, String complaint) throws IOException {
        Said said = review(pod, "-n", "shop");

        assertThat(said.code()).isEqualTo(1);
        assertThat(said.out()).isEmpty();
        assertThat(said.err().lines())
                .singleElement()
                .asString()
                .startsWith("sidecar-sizer review: "
                        + complaint.replace("POD", folder.resolve("pod.yaml").toString()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            review --profiles docs/examples/shop                           | 2 | Missing required option: '--filename=FILE'
            review -f nowhere.yaml --profiles docs/examples/shop           | 1 | -f nowhere.yaml: there is no such file
            review -f pom.xml --profiles nowhere                           | 1 | --profiles nowhere: cannot be listed
            review -f pom.xml --profiles pom.xml                           | 1 | --profiles pom.xml: is a file
            review -f pom.xml --profiles docs/examples/shop -o wide        | 2 | expected one of [DIFF, JSON, YAML]
            review -f pom.xml --profiles docs/examples/shop --mode perhaps | 2 | expected one of
            review -f pom.xml --kubeconfig nowhere                         | 1 | --kubeconfig nowhere
            review -f pom.xml --kubeconfig src                             | 1 | --kubeconfig src
            review -f pom.xml --kubeconfig pom.xml                         | 1 | --kubeconfig pom.xml
            review -f pom.xml --profiles docs/examples/shop                | 1 | -f pom.xml cannot be read: no YAML
            review -f pom.xml --kubeconfig src/test/resources/kubeconfig-to-nowhere.yaml --context x | 1 | --context x is not in the kubeconfig, which has [
            """)
    void aWrongOptionIsToldInOneLine(String arguments, int code, String complaint) {
        Said said = Said.by(arguments.split(" "));

        assertThat(said.code()).isEqualTo(code);
        assertThat(said.err().lines()).singleElement().asString().contains(complaint);
    }

    private Said review(String documents, String... options) throws IOException {
        Path pod = write("pod.yaml", documents);
        Path profiles = folder.resolve("profiles");
        List<String> arguments = new ArrayList<>(List.of(
                "review",
                "-f",
                pod.toString(),
                "--profiles",
                Files.exists(profiles) ? profiles.toString() : "docs/examples/shop"));
        arguments.addAll(List.of(options));
        return Said.by(arguments.toArray(String[]::new));
    }

    private Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }
}
