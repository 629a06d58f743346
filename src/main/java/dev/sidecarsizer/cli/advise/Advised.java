package dev.sidecarsizer.cli.advise;

import dev.sidecarsizer.advice.Kind;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Makeup;
import dev.sidecarsizer.profile.ProxyFacts;
import dev.sidecarsizer.profile.ProxyLoad;
import dev.sidecarsizer.profile.ProxyMemory;
import dev.sidecarsizer.profile.ProxyTraffic;
import dev.sidecarsizer.profile.Subject;
import dev.sidecarsizer.store.SidecarProfile;
import dev.sidecarsizer.store.SidecarProfile.Finding;
import dev.sidecarsizer.store.SidecarProfile.Unjudged;
import dev.sidecarsizer.store.StoredProfile;
import java.util.ArrayList;
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
 * @param facts of the proxy that uses the most, as far as they are stored
 */
record Advised(WorkloadKey workload, int pods, List<Finding> findings, List<Unjudged> unjudged, ProxyFacts facts) {

    /** A finding of a workload. */
    record One(Advised of, Finding finding) {

        /** What its fix gives back of one proxy; zero where not known. */
        Bytes size() {
            return Objects.requireNonNullElse(Bytes.orNull(finding.size()), Bytes.ZERO);
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
                facts(status.facts())));
    }

    private static ProxyFacts facts(SidecarProfile.@Nullable Facts stored) {
        return stored == null
                ? ProxyFacts.UNKNOWN
                : ProxyFacts.UNKNOWN
                        .with(ProxyMemory.UNKNOWN.withAllocated(Bytes.orNull(stored.allocated())))
                        .with(new ProxyLoad(stored.connections(), stored.requestRate()))
                        .with(new ProxyTraffic(null, list(stored.destinations())))
                        .with(Makeup.UNKNOWN.withClusters(stored.clusters()));
    }

    /** Whether that could not be told. */
    boolean lacks(Kind kind) {
        return unjudged.stream().anyMatch(one -> kind.word().equals(one.kind()));
    }

    /** The same, where that was told after all, or why not. */
    Advised with(Kind kind, dev.sidecarsizer.profile.Finding.All told) {
        List<Finding> found = new ArrayList<>(findings);
        told.found().forEach(one -> found.add(stored(one)));
        List<Unjudged> lacking = new ArrayList<>(unjudged);
        lacking.removeIf(one -> kind.word().equals(one.kind()));
        told.unjudged().forEach(one -> lacking.add(new Unjudged(one.kind(), List.copyOf(one.lacks()))));
        return new Advised(workload, pods, found, lacking, facts);
    }

    private static Finding stored(dev.sidecarsizer.profile.Finding told) {
        return new Finding(
                told.kind(),
                Objects.toString(told.size(), null),
                told.confidence().word(),
                told.message(),
                told.evidence().stream()
                        .map(one -> new SidecarProfile.Evidence(one.what(), one.value(), one.source()))
                        .toList(),
                told.fix(),
                null);
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
