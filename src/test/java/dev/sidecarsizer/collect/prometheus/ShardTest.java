package dev.sidecarsizer.collect.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShardTest {

    private static final Map<String, Long> SERIES = Map.of("a", 4L, "b", 4L, "c", 9L, "d", 1L);

    @Test
    void allFitsIntoOneWhereThereAreFew() {
        assertThat(Shard.plan(SERIES, 18)).containsExactly(Shard.ALL);
        assertThat(Shard.plan(Map.of(), 1)).containsExactly(Shard.ALL);
        assertThat(Shard.only(SERIES, 18))
                .containsExactly(new Shard(SERIES.keySet().stream().sorted().toList(), false));
        assertThat(Shard.only(Map.of(), 1)).isEmpty();
        assertThat(Shard.ALL.matcher()).isEmpty();
    }

    @Test
    void theLastHoldsWhatNobodyHasNamed() {
        assertThat(Shard.plan(SERIES, 8))
                .extracting(Shard::matcher)
                .containsExactly("namespace=~\"a|b\"", "namespace=~\"c\"", "namespace!~\"a|b|c\"");
    }

    @Test
    void halvesHoldTheSame() {
        assertThat(new Shard(List.of("a", "b", "c"), false).halves(List.of()))
                .extracting(Shard::matcher)
                .containsExactly("namespace=~\"a\"", "namespace=~\"b|c\"");
        assertThat(new Shard(List.of("a"), true).halves(List.of("a", "b", "c", "d")))
                .extracting(Shard::matcher)
                .containsExactly("namespace=~\"b|c\"", "namespace!~\"a|b|c\"");
        assertThat(new Shard(List.of("a"), false).halves(List.of("a"))).isEmpty();
        assertThat(new Shard(List.of("a"), true).halves(List.of("a"))).isEmpty();
    }

    @Test
    void aNameIsNoPattern() {
        assertThat(Shard.quoted(List.of("a.b", "x\"y", "p|q"))).isEqualTo("\"a\\\\.b|x\\\\\\\"y|p\\\\|q\"");
    }
}
