package dev.sidecarsizer.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Subject;
import dev.sidecarsizer.profile.Subject.OfMesh;
import dev.sidecarsizer.profile.Subject.OfNamespace;
import dev.sidecarsizer.profile.Subject.OfWorkload;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProfileNameTest {

    private static final String SUBDOMAIN = "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";

    @ParameterizedTest
    @CsvSource({
        "Deployment, reviews, deployment-reviews",
        "CronJob, nightly.v2, cronjob-nightly.v2",
        "StatefulSet, db-0, statefulset-db-0"
    })
    void isTheKindAndTheName(String kind, String name, String expected) {
        assertThat(ProfileName.of(new WorkloadKey("shop", "apps", kind, name))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"Upper_Case", "ends-in-dash-", "'blank space'", "'ünïcode'", "'..'", "''", "a..b"})
    void whatIsNoNameForAnObjectIsMadeOne(String name) {
        String made = ProfileName.of(new WorkloadKey("shop", "", "Workflow", name));

        assertThat(made).matches(SUBDOMAIN).startsWith("workflow").matches(".*-[0-9a-f]{10}");
    }

    @Test
    void aLongNameIsCutAndKeptApartFromItsNeighbours() {
        String long242 = "a".repeat(242);
        Set<String> names = Stream.of(long242.substring(1) + "b", long242.substring(1) + "c")
                .map(name -> ProfileName.of(new WorkloadKey("shop", "apps", "Deployment".repeat(3), name)))
                .collect(Collectors.toSet());

        assertThat(names)
                .hasSize(2)
                .allSatisfy(name -> assertThat(name).matches(SUBDOMAIN).hasSizeLessThanOrEqualTo(253));
    }

    @Test
    void partsOfAWorkloadHaveNamesThatNoOtherWorkloadHas() {
        WorkloadKey reviews = new WorkloadKey("shop", "apps", "Deployment", "reviews");
        List<Subject> subjects = List.of(
                OfWorkload.whole(reviews),
                new OfWorkload(reviews, "7d9f8b6c5", null),
                new OfWorkload(reviews, null, 2),
                new OfWorkload(reviews, "7d9f8b6c5", 2),
                OfWorkload.whole(new WorkloadKey("shop", "apps", "Deployment", "reviews-7d9f8b6c5")),
                OfWorkload.whole(new WorkloadKey("shop", "apps", "Deployment", "reviews-c2")),
                new OfWorkload(new WorkloadKey("shop", "apps", "Deployment", "a".repeat(242)), "x".repeat(63), 4096),
                new OfNamespace("shop"),
                new OfMesh());

        assertThat(subjects.stream().flatMap(one -> Stream.of(ProfileName.of(one), ProfileName.hashed(one))))
                .allSatisfy(name -> assertThat(name).matches(SUBDOMAIN).hasSizeLessThanOrEqualTo(253));
        assertThat(subjects.stream().map(ProfileName::of)).doesNotHaveDuplicates();
        assertThat(subjects.stream().map(ProfileName::hashed)).doesNotHaveDuplicates();
        assertThat(ProfileName.of(subjects.getFirst())).isEqualTo("deployment-reviews");
        assertThat(ProfileName.of(subjects.get(3))).startsWith("deployment-reviews-7d9f8b6c5-c2-");
    }

    @Test
    void theSameKindOfTwoGroupsCanBeKeptApart() {
        String one = ProfileName.hashed(new WorkloadKey("shop", "apps", "Deployment", "reviews"));
        String other = ProfileName.hashed(new WorkloadKey("shop", "example.org", "Deployment", "reviews"));

        assertThat(one).isNotEqualTo(other).startsWith("deployment-reviews-");
    }
}
