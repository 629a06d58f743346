package dev.sidecarsizer.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.profile.DecisionTally;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DecisionMergeTest {

    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00.123Z");
    private static final Memory INJECTED = new Memory(Bytes.mebi(128), Bytes.mebi(1024));
    private static final Memory SIZED = new Memory(Bytes.mebi(96), Bytes.mebi(192));

    @Test
    void whatIsNewIsWrittenAsTheSchemaHasIt() {
        assertThat(DecisionMerge.add(null, List.of(resize(3, NOON))))
                .containsExactly(Map.of(
                        "mode", "audit",
                        "decision", "Resize",
                        "reason", "WORKLOAD_PROFILE",
                        "count", 3L,
                        "lastSeen", "2026-11-20T12:00:00Z",
                        "before", Map.of("memoryRequest", "128Mi", "memoryLimit", "1Gi"),
                        "after", Map.of("memoryRequest", "96Mi", "memoryLimit", "192Mi")));
    }

    @Test
    void countsSumUpAndTheLaterCircumstancesStand() {
        List<Map<String, Object>> stored = DecisionMerge.add(null, List.of(resize(3, NOON)));
        DecisionTally earlier =
                new DecisionTally(Mode.AUDIT, "Resize", "WORKLOAD_PROFILE", 4, NOON.minusSeconds(60), SIZED, INJECTED);

        List<Map<String, Object>> merged = DecisionMerge.add(stored, List.of(earlier));

        assertThat(merged).singleElement().satisfies(entry -> assertThat(entry)
                .containsEntry("count", 7L)
                .containsEntry("lastSeen", "2026-11-20T12:00:00Z")
                .containsEntry("before", Map.of("memoryRequest", "128Mi", "memoryLimit", "1Gi")));
    }

    @Test
    void aKeepHasNoAfterAndAnUnsetLimitIsLeftOut() {
        DecisionTally keep = new DecisionTally(
                Mode.ENFORCE, "Keep", "OWNER_SET_MEMORY", 1, NOON, new Memory(Bytes.mebi(64), null), null);

        assertThat(DecisionMerge.add(null, List.of(keep))).singleElement().satisfies(entry -> assertThat(entry)
                .doesNotContainKey("after")
                .containsEntry("before", Map.of("memoryRequest", "64Mi")));
    }

    @Test
    void keepsWhatItDoesNotKnowAndWhatItCannotRead() {
        Map<String, Object> newer = Map.of(
                "mode", "audit", "decision", "Resize", "reason", "WORKLOAD_PROFILE", "count", 2, "future", "field");
        Map<String, Object> odd = Map.of("mode", "audit", "decision", "Keep", "reason", "ODD", "lastSeen", "yesterday");

        assertThat(DecisionMerge.add(List.of(newer, odd), List.of(resize(1, NOON))))
                .hasSize(2)
                .anySatisfy(
                        entry -> assertThat(entry).containsEntry("count", 3L).containsEntry("future", "field"))
                .anySatisfy(entry -> assertThat(entry).containsEntry("lastSeen", "yesterday"));
    }

    @Test
    void ofMoreThanTheSchemaAllowsTheLongestUnseenGoes() {
        List<DecisionTally> forty = IntStream.range(0, 40)
                .mapToObj(i ->
                        new DecisionTally(Mode.AUDIT, "Keep", "REASON_" + i, 1, NOON.plusSeconds(i), INJECTED, null))
                .toList();

        assertThat(DecisionMerge.add(null, forty))
                .hasSize(32)
                .extracting(entry -> entry.get("reason"))
                .contains("REASON_39", "REASON_8")
                .doesNotContain("REASON_7");
    }

    @Test
    void aCountNeverTurnsNegative() {
        List<Map<String, Object>> stored = DecisionMerge.add(null, List.of(resize(Long.MAX_VALUE, NOON)));

        assertThat(DecisionMerge.add(stored, List.of(resize(5, NOON))).getFirst())
                .containsEntry("count", Long.MAX_VALUE);
    }

    private static DecisionTally resize(long count, Instant seen) {
        return new DecisionTally(Mode.AUDIT, "Resize", "WORKLOAD_PROFILE", count, seen, INJECTED, SIZED);
    }
}
