package dev.sidecarsizer.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.patch.ProxyPatch.ProxyFacts;
import dev.sidecarsizer.sizing.SizingPolicy;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeapTest {

    private static final double MEBIBYTE = 1 << 20;

    /** (limit − 24Mi) ÷ 1.3, in whole bytes, where nothing is known of live use. */
    @ParameterizedTest
    @CsvSource({
        "240Mi, 174224935",
        "160Mi, 109697181",
        "1Gi, 806596923",
        "64Mi, 32263876",
        "59Mi, 28230892",
        "58Mi, ", // of 26.2Mi, 24Mi may be in use
        "24Mi, ",
        "16Mi, "
    })
    void givesANewcomerWhatTheAgentAndFragmentationLeave(String limit, @Nullable Long budget) {
        assertThat(Optional.of(heap(limit, null, null)).filter(Heap::serves).map(heap -> heap.budget()
                        .value()))
                .isEqualTo(Optional.ofNullable(budget));
    }

    /** Measured: what a proxy at rest uses of its container, and what Envoy has allocated of that. */
    @ParameterizedTest
    @CsvSource({"47.8, 23.1", "107, 75", "129.5, 99", "143, 99", "322, 280"})
    void leavesRoomAboveWhatEnvoyHoldsAtRest(double live, double allocated) {
        Bytes use = new Bytes((long) (live * MEBIBYTE));
        Heap heap = Heap.of(use.times(SizingPolicy.DEFAULT.headroom()), facts(use, null));

        assertThat(heap.serves()).isTrue();
        double close = heap.used().value() + 0.60 * heap.room().value();
        assertThat(close).isGreaterThan(allocated * MEBIBYTE);
    }

    /** A limit that follows live use by the default headroom leaves room for the overload manager, however large. */
    @ParameterizedTest
    @ValueSource(longs = {60, 66, 120, 400, 1000, 3000})
    void servesWhereLiveUseRaisedTheLimit(long live) {
        Bytes use = Bytes.mebi(live);
        assertThat(Heap.of(use.times(SizingPolicy.DEFAULT.headroom()), facts(use, null))
                        .serves())
                .isTrue();
    }

    @Test
    void doesNotServeWhereLiveUseLeavesLess() {
        assertThat(heap("150Mi", "130Mi", null).serves()).isTrue();
        assertThat(heap("144Mi", "130Mi", null).serves()).isFalse();
        assertThat(heap("130Mi", "140Mi", null).serves()).isFalse();
        assertThat(heap("48Mi", "20Mi", null).serves()).as("22Mi of budget").isFalse();
    }

    /** Thousands of connections are charged with more than is allocated for them. */
    @Test
    void goesByWhatEnvoySaysThatItHasAllocated() {
        Heap heap = heap("160Mi", "130Mi", "85Mi");
        assertThat(heap.used()).isEqualTo(Bytes.mebi(85));
        assertThat(heap.budget().value() / MEBIBYTE).isCloseTo(85 + 30 / 1.3, within(0.001));
    }

    @Test
    void takesNothingForAllocatedThatCannotBe() {
        assertThat(heap("160Mi", "130Mi", "900Mi").used().value() / MEBIBYTE).isCloseTo(120 / 1.05, within(0.001));
        assertThat(heap("160Mi", "130Mi", "1Mi").used().value() / MEBIBYTE).isCloseTo(106 / 1.3, within(0.001));
        assertThat(heap("160Mi", null, "50Mi")).isEqualTo(heap("160Mi", null, null));
    }

    private static Heap heap(String limit, @Nullable String live, @Nullable String allocated) {
        return Heap.of(
                Bytes.parse(limit),
                facts(live == null ? null : Bytes.parse(live), allocated == null ? null : Bytes.parse(allocated)));
    }

    private static ProxyFacts facts(@Nullable Bytes live, @Nullable Bytes allocated) {
        return new ProxyFacts(Optional.empty(), false, live, null, allocated);
    }
}
