package dev.sidecarsizer.store;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.MemoryProfile;
import dev.sidecarsizer.profile.Profiles.Lineage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RememberedProfilesTest {

    private static final WorkloadKey REVIEWS = new WorkloadKey("shop", "apps", "Deployment", "reviews");

    private final RememberedProfiles profiles = new RememberedProfiles("sidecar-sizer-system");

    @Test
    void answersFromTheMostToTheLeastSpecific() {
        profiles.remember(
                Written.object("sidecar-sizer-system", "mesh", "spec: {scope: Mesh}\nstatus: {observed: {days: 1}}"));
        profiles.remember(Written.object("shop", "prior", "spec: {scope: Namespace}\nstatus: {observed: {days: 1}}"));
        profiles.remember(Written.object("shop", "reviews", about("reviews", null)));
        profiles.remember(Written.object("shop", "reviews-5d4c", about("reviews", "5d4c")));

        assertThat(names(profiles.of(REVIEWS, "5d4c", null)))
                .containsExactly("shop/reviews-5d4c", "shop/reviews", "shop/prior", "sidecar-sizer-system/mesh");
        assertThat(names(profiles.of(REVIEWS, "77b9", null)))
                .containsExactly(null, "shop/reviews", "shop/prior", "sidecar-sizer-system/mesh");
        assertThat(names(profiles.of(REVIEWS, null, null)))
                .containsExactly(null, "shop/reviews", "shop/prior", "sidecar-sizer-system/mesh");
        assertThat(names(profiles.of(new WorkloadKey("bank", "apps", "Deployment", "reviews"), null, null)))
                .containsExactly(null, null, null, "sidecar-sizer-system/mesh");
    }

    @Test
    void partsOfAConcurrencyAreFoundByPodsThatHaveIt() {
        profiles.remember(Written.object("shop", "reviews", about("reviews", null)));
        profiles.remember(Written.object("shop", "reviews-c4", ofFour("")));
        profiles.remember(Written.object("shop", "reviews-5d4c-c4", ofFour(", revision: 5d4c")));

        Lineage four = profiles.of(REVIEWS, "5d4c", 4);
        assertThat(name(four.revisionStratum())).isEqualTo("shop/reviews-5d4c-c4");
        assertThat(name(four.stratum())).isEqualTo("shop/reviews-c4");
        assertThat(name(four.workload())).isEqualTo("shop/reviews");
        assertThat(requireNonNull(four.stratum()).proxy().concurrency()).isEqualTo(4);
        for (@Nullable Integer other : new @Nullable Integer[] {2, null}) {
            Lineage lineage = profiles.of(REVIEWS, "5d4c", other);
            assertThat(lineage.revisionStratum()).isNull();
            assertThat(lineage.stratum()).isNull();
            assertThat(name(lineage.workload())).isEqualTo("shop/reviews");
        }

        profiles.remember(Written.object("shop", "absurd", ofFour("").replace("4", "0")));

        assertThat(profiles.faults().count()).isEqualTo(1);
    }

    private static String ofFour(String more) {
        return "spec: {workload: {apiVersion: apps/v1, kind: Deployment, name: reviews}, concurrency: 4" + more
                + "}\nstatus: {observed: {days: 1}}";
    }

    @Test
    void forgetsWhatIsGoneAndFindsWhatMoved() {
        profiles.remember(Written.object("shop", "one", about("reviews", null)));
        profiles.remember(Written.object("shop", "one", about("ratings", null)));

        assertThat(profiles.of(REVIEWS, null, null)).isEqualTo(Lineage.NONE);
        assertThat(profiles.of(new WorkloadKey("shop", "apps", "Deployment", "ratings"), null, null)
                        .workload())
                .isNotNull();

        profiles.forget("shop/one");
        profiles.forget("shop/never-seen");

        assertThat(profiles.of(new WorkloadKey("shop", "apps", "Deployment", "ratings"), null, null))
                .isEqualTo(Lineage.NONE);
        assertThat(profiles.size()).isZero();
    }

    @Test
    void ofTwoForOneWorkloadTheFirstByNameSpeaksWhateverCameFirst() {
        profiles.remember(Written.object("shop", "b", about("reviews", null)));
        profiles.remember(Written.object("shop", "a", about("reviews", null)));
        profiles.remember(Written.object("shop", "c", about("reviews", null)));

        assertThat(names(profiles.of(REVIEWS, null, null))).contains("shop/a");

        profiles.forget("shop/a");

        assertThat(names(profiles.of(REVIEWS, null, null))).contains("shop/b");
    }

    /** Admission makes one for each workload that it meets, to count decisions in. */
    @Test
    void aProfileThatSaysNothingYetStandsBeforeNoOther() {
        String kept = "{decisions: [{mode: enforce, decision: Keep, reason: NO_PROFILE, count: 1}]}";
        profiles.remember(Written.profile(kept));

        assertThat(profiles.of(REVIEWS, null, null)).isEqualTo(Lineage.NONE);

        profiles.remember(Written.object("shop", "written-by-hand", about("reviews", null)));

        assertThat(names(profiles.of(REVIEWS, null, null))).contains("shop/written-by-hand");
    }

    @Test
    void aProfileThatBecomesUnreadableIsForgottenAndCountedUntilMended() {
        profiles.remember(Written.object("shop", "one", about("reviews", null)));
        profiles.remember(Written.object("shop", "one", "spec: {scope: Galaxy}"));

        assertThat(profiles.of(REVIEWS, null, null)).isEqualTo(Lineage.NONE);
        assertThat(profiles.faults().count()).isEqualTo(1);

        profiles.remember(Written.object("shop", "one", about("reviews", null)));

        assertThat(profiles.of(REVIEWS, null, null).workload()).isNotNull();
        assertThat(profiles.faults().count()).isZero();
    }

    @Test
    void aFaultyProfileIsThereSoThatTheDecisionCanNameIt() {
        profiles.remember(Written.profile("{recommendation: {memoryRequest: 1, memoryLimit: 2}}"));

        assertThat(requireNonNull(profiles.of(REVIEWS, null, null).workload()).fault())
                .isNotNull();
        assertThat(profiles.faults().count()).isEqualTo(1);

        profiles.forget("shop/deployment-reviews");

        assertThat(profiles.faults().count()).isZero();
    }

    private static String about(String name, @Nullable String revision) {
        return "spec: {workload: {apiVersion: apps/v1, kind: Deployment, name: " + name + "}"
                + (revision == null ? "}" : ", revision: \"" + revision + "\"}")
                + "\nstatus: {observed: {days: 1}}";
    }

    private static @Nullable String[] names(Lineage lineage) {
        return new @Nullable String[] {
            name(lineage.revision()), name(lineage.workload()), name(lineage.namespace()), name(lineage.mesh())
        };
    }

    private static @Nullable String name(@Nullable MemoryProfile profile) {
        return profile == null ? null : profile.name();
    }
}
