package dev.sidecarsizer.store;

import dev.sidecarsizer.profile.Autoscaler;
import dev.sidecarsizer.profile.Autoscaler.Metric;
import dev.sidecarsizer.store.SidecarProfile.OtherScaler;
import dev.sidecarsizer.store.SidecarProfile.ScaledBy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Autoscalers as a profile's {@code status} has them, within the bounds of the schema, and back. */
final class AutoscalersStatus {

    private static final int MOST = 8;
    private static final int MOST_METRICS = 16;
    private static final int LONGEST_WORD = 64;

    private AutoscalersStatus() {}

    static List<Map<String, Object>> of(List<Autoscaler> autoscalers) {
        return autoscalers.stream().limit(MOST).map(AutoscalersStatus::fields).toList();
    }

    private static Map<String, Object> fields(Autoscaler autoscaler) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("kind", autoscaler.kind());
        fields.put("name", autoscaler.name());
        fields.put(
                "proxyResources",
                autoscaler.proxyResources().stream()
                        .limit(MOST)
                        .map(one -> ProfileStatus.cut(one, LONGEST_WORD))
                        .toList());
        putWord(fields, "updateMode", autoscaler.updateMode());
        if (!autoscaler.metrics().isEmpty()) {
            fields.put(
                    "metrics",
                    autoscaler.metrics().stream()
                            .limit(MOST_METRICS)
                            .map(AutoscalersStatus::fields)
                            .toList());
        }
        return fields;
    }

    private static Map<String, Object> fields(Metric metric) {
        Map<String, Object> fields = new LinkedHashMap<>();
        putWord(fields, "type", metric.type());
        putWord(fields, "resource", metric.resource());
        putWord(fields, "container", metric.container());
        putWord(fields, "target", metric.target());
        return fields;
    }

    private static void putWord(Map<String, Object> fields, String field, @Nullable String word) {
        if (word != null) {
            fields.put(field, ProfileStatus.cut(word, LONGEST_WORD));
        }
    }

    /** Those that can be told; anybody may have written them. */
    static List<Autoscaler> read(List<OtherScaler> stored) {
        return stored.stream()
                .filter(one -> one.kind() != null && one.name() != null)
                .map(one -> new Autoscaler(
                        Objects.requireNonNull(one.kind()),
                        Objects.requireNonNull(one.name()),
                        StoredProfile.present(one.proxyResources()),
                        one.updateMode(),
                        StoredProfile.present(one.metrics()).stream()
                                .flatMap(metric -> Stream.ofNullable(read(metric)))
                                .toList()))
                .toList();
    }

    private static @Nullable Metric read(ScaledBy metric) {
        return metric.type() == null
                ? null
                : new Metric(metric.type(), metric.resource(), metric.container(), metric.target());
    }
}
