package dev.sidecarsizer.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.sidecarsizer.guard.Brake;
import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Profiles.Lineage;
import dev.sidecarsizer.profile.Subject;
import dev.sidecarsizer.sizing.Surroundings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FolderStoreTest {

    private static final String PROFILE =
            """
            apiVersion: sidecar-sizer.dev/v1alpha1
            kind: SidecarProfile
            metadata: {name: deployment-%1$s, namespace: shop}
            spec: {workload: {apiVersion: apps/v1, kind: Deployment, name: %1$s}}
            status: {recommendation: {memoryRequest: 96Mi, memoryLimit: 192Mi}}
            """;

    private final List<String> problems = new ArrayList<>();

    @TempDir
    Path folder;

    @Test
    void readsManyDocumentsOfBothKindsInAnyDepth() throws IOException {
        write(
                "all.yaml",
                PROFILE.formatted("reviews") + "---\n" + PROFILE.formatted("ratings")
                        + """
                ---
                # nothing here
                ---
                apiVersion: sidecar-sizer.dev/v1alpha1
                kind: SidecarPolicy
                metadata: {name: shop, namespace: shop}
                spec: {ceiling: 2Gi}
                """);
        write("deeper/down/one.yml", PROFILE.formatted("deep"));
        write(
                "json.json",
                """
                {"apiVersion": "sidecar-sizer.dev/v1alpha1", "kind": "SidecarProfile",
                 "metadata": {"name": "details"},
                 "spec": {"workload": {"apiVersion": "v1", "kind": "Pod", "name": "details"}},
                 "status": {"observed": {"days": 1}}}""");
        write("notes.txt", "no YAML: at all");
        write(".hidden/twice.yaml", PROFILE.formatted("hidden"));

        FolderStore store = read();

        assertThat(store.skipped()).isZero();
        for (String name : List.of("reviews", "ratings", "deep")) {
            assertThat(of(store, name).workload()).isNotNull();
        }
        assertThat(of(store, "hidden")).isEqualTo(Lineage.NONE);
        assertThat(store.profiles()
                        .of(new WorkloadKey("default", "", "Pod", "details"), null, null)
                        .workload())
                .isNotNull();
        assertThat(store.policies().of("shop", Map.of()).name()).isEqualTo("shop/shop");
    }

    @Test
    void historiesAreGivenToWhoeverLooks() throws IOException {
        write(
                "histories.yaml",
                """
                apiVersion: sidecar-sizer.dev/v1alpha1
                kind: SidecarHistory
                metadata: {name: reviews, namespace: shop}
                spec: {workload: {apiVersion: apps/v1, kind: Deployment, name: reviews}}
                data: past of reviews
                ---
                apiVersion: sidecar-sizer.dev/v1alpha1
                kind: SidecarHistory
                metadata: {name: of-nobody, namespace: shop}
                spec: {scope: Universe}
                data: past of nobody
                """);
        write("profile.yaml", PROFILE.formatted("reviews"));

        FolderStore store = read();
        Map<Subject, String> histories = new HashMap<>();
        store.eachHistory(histories::put);

        assertThat(store.skipped()).isZero();
        assertThat(histories)
                .containsExactly(Map.entry(
                        Subject.OfWorkload.whole(new WorkloadKey("shop", "apps", "Deployment", "reviews")),
                        "past of reviews"));
    }

    @Test
    void theBrakeCanBeInTheFolder() throws IOException {
        assertThat(read().brake()).isEqualTo(Brake.RELEASED);

        write(
                "brake.yaml",
                """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: sidecar-sizer, namespace: sidecar-sizer-system}
                data: {mode: audit}
                """);

        assertThat(read().brake().cap()).isEqualTo(Mode.AUDIT);
    }

    @Test
    void everyNamespaceCountsAsEnforceAndNobodyElseHasASay() {
        Surroundings.Source surroundings = read().surroundings();

        assertThat(surroundings.mode("any")).contains(Mode.ENFORCE);
        assertThat(surroundings.of(new WorkloadKey("any", "", "Pod", "any"))).isEqualTo(Surroundings.NONE);
    }

    @Test
    void whateverElseHasASayIsHeardAsInACluster() throws IOException {
        write(
                "cluster.yaml",
                """
                apiVersion: v1
                kind: Namespace
                metadata: {name: shop, labels: {sidecar-sizer.dev/mode: audit}}
                ---
                apiVersion: v1
                kind: ResourceQuota
                metadata: {name: quota, namespace: shop}
                spec: {hard: {requests.memory: 10Gi}}
                """);

        Surroundings.Source surroundings = read().surroundings();

        assertThat(surroundings.mode("shop")).contains(Mode.AUDIT);
        assertThat(surroundings.mode("another")).isEmpty();
        assertThat(surroundings.of(new WorkloadKey("shop", "", "Pod", "any")).memoryQuota())
                .isTrue();
    }

    @Test
    void aListAsKubectlWritesItIsEachOfItsItems() throws IOException {
        write(
                "list.yaml",
                "apiVersion: v1\nkind: List\nitems:\n- "
                        + PROFILE.formatted("reviews").replace("\n", "\n  ").strip() + "\n- "
                        + PROFILE.formatted("ratings").replace("\n", "\n  ").strip() + "\n");

        FolderStore store = read();

        assertThat(problems).isEmpty();
        assertThat(store.stored()).hasSize(2);
        assertThat(of(store, "ratings").workload()).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kind: [unclosed",
                "\t- tab",
                "a: b: c",
                "apiVersion: v1\nkind: Pod\nmetadata: {name: x}",
                "just text",
                "- a\n- b",
                "apiVersion: sidecar-sizer.dev/v1alpha1\nkind: SidecarProfile\nspec: {}",
                "%YAML 9.9\n---\na: b",
                "a: *nowhere",
                "\u0000\u0001\u0002",
                "? ? ?",
                "kind: 1e999999999",
                "!!javax.script.ScriptEngineManager [x]"
            })
    void aBadFileIsPassedByAndTheRestIsUsed(String bad) throws IOException {
        write("a-bad.yaml", bad);
        write("b-good.yaml", PROFILE.formatted("reviews"));

        FolderStore store = assertTimeoutPreemptively(Duration.ofSeconds(5), this::read);

        assertThat(store.skipped()).isEqualTo(1);
        assertThat(problems)
                .singleElement()
                .asString()
                .contains("a-bad.yaml is passed by")
                .doesNotContain("\n");
        assertThat(of(store, "reviews").workload()).isNotNull();
    }

    @Test
    void aBillionLaughsAreNotFollowed() throws IOException {
        StringBuilder laughs = new StringBuilder("a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
        for (int i = 1; i < 12; i++) {
            laughs.append("a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d]\n"
                    .replace("a%d", "a" + (i - 1))
                    .replaceFirst("a" + (i - 1) + ": &a" + (i - 1), "a" + i + ": &a" + i));
        }
        write("laughs.yaml", laughs.toString());
        write("good.yaml", PROFILE.formatted("reviews"));

        FolderStore store = assertTimeoutPreemptively(Duration.ofSeconds(5), this::read);

        assertThat(store.skipped()).isEqualTo(1);
        assertThat(of(store, "reviews").workload()).isNotNull();
    }

    @Test
    void aDeepFileIsPassedBy() throws IOException {
        write("deep.yaml", "[".repeat(100_000));
        write("good.yaml", PROFILE.formatted("reviews"));

        FolderStore store = assertTimeoutPreemptively(Duration.ofSeconds(5), this::read);

        assertThat(store.skipped()).isEqualTo(1);
        assertThat(of(store, "reviews").workload()).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"1e999999999", "-1", "8Ei", "1.5.5", "0", "\"1e-999999999\"", "99999999999999999999999999999999"
            })
    void anAbsurdQuantityIsTheProfilesOwnFault(String quantity) throws IOException {
        write("absurd.yaml", PROFILE.formatted("absurd").replace("192Mi", quantity));
        write("good.yaml", PROFILE.formatted("reviews"));

        FolderStore store = assertTimeoutPreemptively(Duration.ofSeconds(5), this::read);

        assertThat(store.skipped()).isZero();
        assertThat(of(store, "absurd").workload()).satisfies(profile -> {
            assertThat(profile).isNotNull();
            assertThat(profile.fault()).contains("memoryLimit");
        });
        assertThat(of(store, "reviews").workload())
                .satisfies(profile -> assertThat(profile).isNotNull());
    }

    @Test
    void thousandsOfFilesAreRead() throws IOException {
        for (int i = 0; i < 3000; i++) {
            write("p" + i % 10 + "/" + i + ".yaml", PROFILE.formatted("workload-" + i));
        }

        FolderStore store = assertTimeoutPreemptively(Duration.ofSeconds(60), this::read);

        assertThat(of(store, "workload-0").workload()).isNotNull();
        assertThat(of(store, "workload-2999").workload()).isNotNull();
        assertThat(store.skipped()).isZero();
    }

    /** As {@code kubectl get sprof -A -o yaml} writes a large mesh. */
    @Test
    void tenThousandProfilesInOneListAreRead() throws IOException {
        StringBuilder list = new StringBuilder("apiVersion: v1\nkind: List\nitems:\n");
        for (int i = 0; i < 10_000; i++) {
            list.append("- ")
                    .append(PROFILE.formatted("workload-" + i).strip().replace("\n", "\n  "))
                    .append("\n  # ")
                    .append("a status may be long, ".repeat(20))
                    .append('\n');
        }
        write("all.yaml", list.toString());

        FolderStore store = assertTimeoutPreemptively(Duration.ofSeconds(60), this::read);

        assertThat(problems).isEmpty();
        assertThat(store.stored()).hasSize(10_000);
    }

    @Test
    void aFolderThatIsNotThereIsSaid() {
        assertThatThrownBy(() -> FolderStore.read(folder.resolve("nowhere"), "sidecar-sizer-system", problems::add))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sidecar-sizer.profiles.directory")
                .hasMessageContaining("nowhere");
    }

    private FolderStore read() {
        return FolderStore.read(folder, "sidecar-sizer-system", problems::add);
    }

    private static Lineage of(FolderStore store, String deployment) {
        return store.profiles().of(new WorkloadKey("shop", "apps", "Deployment", deployment), null, null);
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
