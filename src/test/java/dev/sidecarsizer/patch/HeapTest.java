package dev.sidecarsizer.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.ProxyVersion;
import dev.sidecarsizer.patch.ProxyPatch.KnownProxy;
import dev.sidecarsizer.sizing.SizingPolicy;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeapTest {

    private static final double MEBIBYTE = 1 << 20;
    private static final Optional<ProxyVersion> NEWEST = Optional.of(new ProxyVersion(1, 31));

    /** Measured: what a proxy at rest uses of its container, and what Envoy has allocated of that. */
    @ParameterizedTest
    @CsvSource({"47.8, 23.1", "107, 75", "129.5, 99", "143, 99", "322, 280"})
    void leavesRoomAboveWhatEnvoyHoldsAtRest(double live, double allocated) {
        Bytes use = new Bytes((long) (live * MEBIBYTE));
        int heaps = 0;
        for (double headroom : new double[] {1.0, 1.12, 1.15, SizingPolicy.DEFAULT.headroom(), 1.5, 3}) {
            Bytes limit = new Bytes((long) (use.value() * headroom));
            for (Bytes told : new Bytes[] {null, new Bytes((long) (allocated * MEBIBYTE))}) {
                heaps += openInCalm(limit, new KnownProxy(NEWEST, false, use, null, told), allocated);
                heaps += openInCalm(limit, new KnownProxy(Optional.empty(), false, use, null, told), allocated);
            }
            heaps += openInCalm(limit, new KnownProxy(NEWEST, false, null, use, null), allocated);
        }
        assertThat(heaps).as("of 30").isGreaterThan(10);
    }

    /** One, where there is a heap. */
    private static int openInCalm(Bytes limit, KnownProxy facts, double allocated) {
        Optional<Heap> served = Heap.of(limit, facts);
        served.ifPresent(
                heap -> assertThat(heap.used().value() + 0.60 * heap.room().value())
                        .as("%s of %s", facts, limit)
                        .isGreaterThan(allocated * MEBIBYTE));
        return served.isPresent() ? 1 : 0;
    }

    /** A limit that follows live use by the default headroom leaves room for the overload manager, however large. */
    @ParameterizedTest
    @ValueSource(longs = {60, 66, 120, 400, 1000, 3000})
    void isThereWhereLiveUseRaisedTheLimit(long live) {
        Bytes use = Bytes.mebi(live);
        assertThat(heap(use.times(SizingPolicy.DEFAULT.headroom()).toString(), use.toString(), null))
                .isPresent();
    }

    @Test
    void isNotThereWhereLiveUseLeavesLess() {
        assertThat(heap("150Mi", "130Mi", null)).isPresent();
        assertThat(heap("144Mi", "130Mi", null)).isEmpty();
        assertThat(heap("130Mi", "140Mi", null)).isEmpty();
        assertThat(heap("48Mi", "20Mi", null)).as("22Mi with the room").isEmpty();
    }

    @Test
    void isNotThereWhereNothingIsKnown() {
        assertThat(heap("1Gi", null, "50Mi")).isEmpty();
    }

    /** Thousands of connections are charged with more than is allocated for them. */
    @Test
    void goesByWhatEnvoySaysThatItHasAllocated() {
        Heap heap = heap("160Mi", "130Mi", "85Mi").orElseThrow();
        assertThat(heap.used()).isEqualTo(Bytes.mebi(85));
        assertThat(heap.room().value() / MEBIBYTE).isCloseTo(30 / 1.3, within(0.001));
    }

    @Test
    void takesNothingForAllocatedThatCannotBe() {
        assertThat(used("190Mi", "130Mi", "900Mi")).isCloseTo(120 / 1.05, within(0.001));
        assertThat(used("190Mi", "130Mi", "1Mi")).isCloseTo(106 / 1.3, within(0.001));
    }

    /** Before Istio 1.29 half-used pages count too. */
    @Test
    void takesAllForAllocatedWhereEnvoyDoes() {
        for (ProxyVersion version : new ProxyVersion[] {new ProxyVersion(1, 28), null}) {
            KnownProxy facts =
                    new KnownProxy(Optional.ofNullable(version), false, Bytes.mebi(130), null, Bytes.mebi(85));
            assertThat(Heap.of(Bytes.mebi(190), facts).orElseThrow().used().value() / MEBIBYTE)
                    .isCloseTo(120 / 1.05, within(0.001));
        }
    }

    private static double used(String limit, String live, String allocated) {
        return heap(limit, live, allocated).orElseThrow().used().value() / MEBIBYTE;
    }

    private static Optional<Heap> heap(String limit, @Nullable String live, @Nullable String allocated) {
        return Heap.of(
                Bytes.parse(limit),
                new KnownProxy(
                        NEWEST,
                        false,
                        live == null ? null : Bytes.parse(live),
                        null,
                        allocated == null ? null : Bytes.parse(allocated)));
    }
}
