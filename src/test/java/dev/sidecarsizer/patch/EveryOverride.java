package dev.sidecarsizer.patch;

import static java.util.Comparator.comparingDouble;
import static java.util.Comparator.comparingInt;
import static java.util.Comparator.naturalOrder;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.Arguments;

/**
 * The overrides that are written on {@link GeneratedPods}, told apart by shape: those of one shape have the same fields and
 * differ in their amounts alone.
 */
public final class EveryOverride {

    /** Whose Envoys there are to ask; each stands for what comes after it, until there is a newer one. */
    private static final Map<Integer, String> ENVOYS =
            new TreeMap<>(Map.of(28, "1.36.4", 29, "1.37.0", 30, "1.38.3", 31, "1.39.3", 32, "1.40.0"));

    private static final int NEWEST = 32;

    /** Stands behind its member's name. What stands in quotes is no amount: {@code 0.02s}, {@code v3}. */
    private static final Pattern AMOUNT = Pattern.compile("(?<=:)[0-9][0-9.E-]*");

    private static final List<Written> ALL =
            GeneratedPods.all().flatMap(Written::on).distinct().toList();

    private EveryOverride() {}

    /** Minor releases of Istio, 28 for 1.28, each with the version of its Envoy. */
    public static Stream<Arguments> releases() {
        return ENVOYS.entrySet().stream().map(release -> Arguments.of(release.getKey(), release.getValue()));
    }

    /**
     * Those that a proxy of this release can get, which may be one whose version cannot be told: of each shape the ones with
     * the least and the most of each amount. The fullest shape comes last.
     *
     * @param minor of Istio, 28 for 1.28
     */
    public static List<String> ofRelease(int minor) {
        return byShape(minor).stream()
                .flatMap(EveryOverride::ends)
                .map(Written::override)
                .distinct()
                .toList();
    }

    /** As {@link #ofRelease}, of each shape the one with the least budget. */
    public static List<String> ofEachShape(int minor) {
        return byShape(minor).stream()
                .map(shape -> ends(shape).findFirst().orElseThrow().override())
                .toList();
    }

    private static Collection<List<Written>> byShape(int minor) {
        return ALL.stream()
                .filter(written -> written.isFor(minor))
                .collect(Collectors.groupingBy(
                        Written::shape,
                        () -> new TreeMap<>(comparingInt(String::length).thenComparing(naturalOrder())),
                        Collectors.toList()))
                .values();
    }

    private static Stream<Written> ends(List<Written> ofOneShape) {
        Written any = ofOneShape.getFirst();
        return any.amounts().isEmpty()
                ? Stream.of(any)
                : IntStream.range(0, any.amounts().size())
                        .mapToObj(at -> comparingDouble(
                                (Written written) -> written.amounts().get(at)))
                        .flatMap(by -> Stream.of(
                                ofOneShape.stream().min(by), ofOneShape.stream().max(by)))
                        .flatMap(Optional::stream);
    }

    /**
     * An override that was written on a pod.
     *
     * @param release of its proxy; {@code null} where that cannot be told
     * @param amounts in it, in the order in which they stand there: the budget first
     */
    private record Written(@Nullable Integer release, String override, List<Double> amounts) {

        static Stream<Written> on(GeneratedPod one) {
            return one.after(one.judge()).annotation(Overload.ANNOTATION).stream()
                    .filter(override ->
                            !one.pod().annotation(Overload.ANNOTATION).equals(Optional.of(override)))
                    .map(override -> new Written(one.release(), override, amounts(override)));
        }

        String shape() {
            return AMOUNT.matcher(override).replaceAll("0");
        }

        boolean isFor(int minor) {
            return release == null || Math.min(release, NEWEST) == minor;
        }

        private static List<Double> amounts(String override) {
            return AMOUNT.matcher(override)
                    .results()
                    .map(MatchResult::group)
                    .map(Double::valueOf)
                    .toList();
        }
    }
}
