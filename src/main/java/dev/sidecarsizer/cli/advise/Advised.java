package dev.sidecarsizer.cli.advise;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Subject;
import dev.sidecarsizer.store.SidecarProfile;
import dev.sidecarsizer.store.SidecarProfile.Finding;
import dev.sidecarsizer.store.SidecarProfile.Unjudged;
import dev.sidecarsizer.store.StoredProfile;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is found of one workload.
 *
 * @param pods that ran in the last window; one where that is not recorded
 * @param destinations services that it really called
 */
record Advised(
        WorkloadKey workload, int pods, List<Finding> findings, List<Unjudged> unjudged, List<String> destinations) {

    /** A finding of a workload. */
    record One(Advised of, Finding finding) {

        /** What its fix gives back of one proxy; zero where not known. */
        Bytes size() {
            try {
                return finding.size() == null ? Bytes.ZERO : Bytes.parse(finding.size());
            } catch (IllegalArgumentException noQuantity) {
                return Bytes.ZERO;
            }
        }

        /** The same, of all pods. */
        Bytes ofAll() {
            return size().times(of.pods);
        }
    }

    /** What {@code profile} says; empty for a prior, or a profile of a part of a workload. */
    static Optional<Advised> of(StoredProfile profile) {
        if (!(profile.subject() instanceof Subject.OfWorkload of)
                || !of.equals(Subject.OfWorkload.whole(of.workload()))) {
            return Optional.empty();
        }
        SidecarProfile.Status status = profile.status();
        Integer pods = status.observed() == null ? null : status.observed().pods();
        return Optional.of(new Advised(
                of.workload(),
                pods == null ? 1 : Math.max(0, pods),
                list(status.findings()),
                list(status.unjudged()),
                list(status.facts() == null ? null : status.facts().destinations())));
    }

    /** All of them, the most memory first, then by name. */
    static List<One> bySize(List<Advised> all) {
        return all.stream()
                .flatMap(one -> one.findings.stream().map(finding -> new One(one, finding)))
                .sorted(Comparator.comparing(One::ofAll, Comparator.reverseOrder())
                        .thenComparing(one -> one.of.workload.toString())
                        .thenComparing(one -> String.valueOf(one.finding.kind())))
                .toList();
    }

    private static <T> List<T> list(@Nullable List<@Nullable T> stored) {
        return Stream.ofNullable(stored)
                .flatMap(List::stream)
                .filter(Objects::nonNull)
                .map(Objects::requireNonNull)
                .toList();
    }
}
