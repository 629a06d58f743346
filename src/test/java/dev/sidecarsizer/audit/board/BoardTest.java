package dev.sidecarsizer.audit.board;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.store.FolderStore;
import dev.sidecarsizer.store.StoredProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BoardTest {

    private static final String WORKLOAD = "workload: {apiVersion: apps/v1, kind: Deployment, name: reviews}";

    @TempDir
    private Path folder;

    private final Board board = new Board();

    @Test
    void followsAProfile() throws IOException {
        board.sees(profile("reviews", WORKLOAD, "observed: {pods: 3, peak: 151Mi}"));
        board.sees(profile("reviews", WORKLOAD, "observed: {pods: 4, peak: 152Mi}"));

        assertThat(board.rows()).hasSize(1);
        Row row = board.row("shop", "Deployment", "reviews").orElseThrow();
        assertThat(row.status().pods()).isEqualTo(4);
        assertThat(row.status().peak()).isEqualTo(Bytes.mebi(152));

        board.misses("shop/reviews");

        assertThat(board.rows()).isEmpty();
        assertThat(board.row("shop", "Deployment", "reviews")).isEmpty();
    }

    @Test
    void ofTwoProfilesOfAWorkloadTheFirstByNameSpeaks() throws IOException {
        board.sees(profile("b", WORKLOAD, "observed: {pods: 2}"));
        board.sees(profile("a", WORKLOAD, "observed: {pods: 1}"));

        assertThat(board.rows()).hasSize(1);
        assertThat(board.rows().getFirst().status().pods()).isEqualTo(1);
        assertThat(board.row("shop", "Deployment", "reviews").orElseThrow().object())
                .isEqualTo("shop/a");
    }

    @Test
    void aPartIsNoWorkloadOfItsOwn() throws IOException {
        board.sees(profile("reviews", WORKLOAD, "observed: {pods: 3}"));
        board.sees(profile("part", WORKLOAD + ", revision: 6d4cf56db6", "observed: {pods: 1, peak: 99Mi}"));
        board.sees(profile("prior", "scope: Namespace", "observed: {pods: 9}"));

        assertThat(board.rows()).hasSize(1);
        List<Board.Part> parts = board.parts(board.rows().getFirst().status().workload());
        assertThat(parts).hasSize(1);
        assertThat(parts.getFirst().subject().revision()).isEqualTo("6d4cf56db6");
        assertThat(Objects.requireNonNull(parts.getFirst().told().observed()).peak())
                .isEqualTo("99Mi");

        board.misses("shop/part");

        assertThat(board.parts(board.rows().getFirst().status().workload())).isEmpty();
    }

    /** Whatever a stranger writes into a folder, or a newer version into a status. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "observed: {pods: -3, peak: much, daily: {through: never, peaks: [x]}, lastSample: never}",
                "observed: {daily: {through: '2026-11-20'}}",
                "observed: {daily: {through: '2026-11-20', peaks: [1Mi], kills: [-5]}}",
                "decisions: [null, {decision: Resize, mode: enforce, before: {memoryLimit: much}, lastSeen: never}]",
                "findings: [null, {kind: null, size: much}]",
                "conditions: [null, {type: null, status: 'True'}]",
                "unknown: {field: 1}"
            })
    void whatCannotBeReadIsNotShown(String status) throws IOException {
        board.sees(profile("reviews", WORKLOAD, status));

        Row row = board.rows().getFirst();
        assertThat(row.status().pods()).isNotNegative();
        assertThat(row.status().oomKills()).isZero();
        assertThat(row.isAtRisk()).isFalse();
        assertThat(row.lastSample()).isNull();
        row.daily().days().forEach(day -> assertThat(row.daily().kills(day)).isZero());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            decisions: []                                                                  | UNDECIDED | 128Mi/1Gi
            decisions: [{mode: audit, decision: Keep, before: {memoryRequest: 64Mi, memoryLimit: 128Mi}}] | KEPT | 64Mi/128Mi
            decisions: [{mode: audit, decision: Keep, before: {memoryRequest: 64Mi}}] | KEPT | 64Mi/-
            decisions: [{mode: audit, decision: Keep, before: {memoryLimit: 512Mi}}] | KEPT | -/512Mi
            decisions: [{mode: audit, decision: Keep, before: {memoryLimit: much}}] | KEPT | -/-
            decisions: [{mode: audit, decision: Resize, before: {memoryRequest: 128Mi, memoryLimit: 1Gi}, after: {memoryRequest: 96Mi, memoryLimit: 192Mi}}] | AUDITED | 128Mi/1Gi
            decisions: [{mode: enforce, decision: Resize, before: {memoryRequest: 128Mi, memoryLimit: 1Gi}, after: {memoryRequest: 96Mi, memoryLimit: 192Mi}}] | SIZED | 96Mi/192Mi
            """)
    void podsHaveWhatTheLastOfThemWasGivenWhereItWasSized(String status, WorkloadStatus.Standing standing, String now)
            throws IOException {
        board.sees(profile("reviews", WORKLOAD, status));

        WorkloadStatus told = board.rows().getFirst().status();
        assertThat(told.standing()).isEqualTo(standing);
        assertThat(told.now()).hasToString(now);
    }

    /** The last pod was kept for its owner's own memory; those that were sized before run beside it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            {}                                                       | 3 | 3Gi
            {sized: 0, kept: 0, missed: 0, earlier: 0, misfits: 0}   | 3 | 3Gi
            {sized: 2, kept: 0, missed: 0, earlier: 0, misfits: 2}   | 2 | 384Mi
            {sized: 2, kept: 1, missed: 1, earlier: 1, misfits: 0}   | 5 | 3456Mi
            {sized: -2, kept: 1}                                     | 1 | 1Gi
            """)
    void podsThatRunHaveWhatBecameOfThem(String running, int pods, String limit) throws IOException {
        board.sees(profile(
                "reviews",
                WORKLOAD,
                """
                        observed: {pods: 3}
                          running: %s
                          decisions:
                          - {mode: enforce, decision: Resize, reason: WORKLOAD_PROFILE, lastSeen: "2026-11-20T10:00:00Z",
                             before: {memoryRequest: 128Mi, memoryLimit: 1Gi}, after: {memoryRequest: 96Mi, memoryLimit: 192Mi}}
                          - {mode: enforce, decision: Keep, reason: MODE_AUDIT, lastSeen: "2026-11-20T11:00:00Z",
                             before: {memoryRequest: 128Mi, memoryLimit: 1Gi}}
                        """
                        .formatted(running)));

        WorkloadStatus told = board.rows().getFirst().status();
        assertThat(told.pods()).isEqualTo(pods);
        assertThat(told.reserved().limit()).hasToString(limit);
    }

    @Test
    void whatItsOwnerAskedForIsWhatKeptPodsHave() throws IOException {
        board.sees(
                profile(
                        "reviews",
                        WORKLOAD,
                        """
                        running: {sized: 0, kept: 2, missed: 0, earlier: 1, misfits: 0}
                          decisions:
                          - {mode: enforce, decision: Resize, reason: OWNER, lastSeen: "2026-11-20T10:00:00Z",
                             before: {memoryRequest: 128Mi, memoryLimit: 1Gi}, after: {memoryRequest: 200Mi, memoryLimit: 300Mi}}
                        """));

        assertThat(board.rows().getFirst().status().reserved())
                .isEqualTo(new Memory(Bytes.mebi(2 * 200 + 128), Bytes.mebi(2 * 300 + 1024)));
    }

    @Test
    void isAtRiskAtFourFifthsOfWhatItsPodsHave() throws IOException {
        String sized = "decisions: [{mode: enforce, decision: Resize, before: {memoryRequest: 128Mi, memoryLimit: 1Gi},"
                + " after: {memoryRequest: 100Mi, memoryLimit: 200Mi}}]";
        board.sees(profile("reviews", WORKLOAD, "observed: {peak: 159Mi}\n  " + sized));
        assertThat(board.rows().getFirst().isAtRisk()).isFalse();
        board.sees(profile("reviews", WORKLOAD, "observed: {peak: 160Mi}\n  " + sized));
        assertThat(board.rows().getFirst().isAtRisk()).isTrue();
    }

    @Test
    void daysAreCountedFromTheLast() throws IOException {
        board.sees(profile(
                "reviews",
                WORKLOAD,
                "observed: {daily: {through: '2026-11-20', peaks: [5Mi, '0', 7Mi], kills: [0, 2, 0]}}"));

        Daily daily = board.rows().getFirst().daily();
        LocalDate last = LocalDate.parse("2026-11-20");
        assertThat(daily.days())
                .hasSize(14)
                .startsWith(LocalDate.parse("2026-11-07"))
                .endsWith(last);
        assertThat(daily.days().stream().map(daily::peak)).endsWith(0, 5, 0, 7);
        assertThat(daily.kills(last.minusDays(1))).isEqualTo(2);
        assertThat(daily.peak(last.plusDays(1))).isZero();
        assertThat(daily.kills(last.minusDays(3))).isZero();
    }

    @Test
    void sumsAreOverPods() throws IOException {
        board.sees(profile(
                "reviews",
                WORKLOAD,
                "observed: {pods: 3}\n  recommendation: {memoryRequest: 96Mi, memoryLimit: 192Mi}"));
        board.sees(profile("other", WORKLOAD.replace("reviews", "other"), "observed: {pods: 2}"));

        MeshStatus mesh = new MeshStatus(board.rows().stream().map(Row::status).toList());

        assertThat(mesh.now()).isEqualTo(new Memory(Bytes.mebi(5 * 128), Bytes.mebi(5 * 1024)));
        assertThat(mesh.then()).isEqualTo(new Memory(Bytes.mebi(3 * 96 + 2 * 128), Bytes.mebi(3 * 192 + 2 * 1024)));
    }

    private StoredProfile profile(String name, String spec, String status) throws IOException {
        Files.writeString(
                folder.resolve("profile.yaml"),
                """
                apiVersion: sidecar-sizer.dev/v1alpha1
                kind: SidecarProfile
                metadata: {name: %s, namespace: shop}
                spec: {%s}
                status:
                  %s
                """
                        .formatted(name, spec, status));
        return FolderStore.read(folder, "sidecar-sizer-system", problem -> {})
                .stored()
                .getFirst();
    }
}
