package dev.sidecarsizer.store;

import dev.sidecarsizer.profile.Finding;
import dev.sidecarsizer.profile.Finding.Evidence;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Findings as a profile's {@code status} has them: at most 8 KiB, within the bounds of the schema. */
final class FindingsStatus {

    private static final int MOST_EVIDENCE = 8;
    private static final int LONGEST_WORD = 128;
    private static final int LONGEST_MESSAGE = 512;
    private static final int LONGEST_FIX = 1024;

    /** The command makes it anew, from the profile's facts. */
    private static final String MADE_ELSEWHERE =
            "# too long to be kept here\nsidecar-sizer advise --output yaml --namespace ";

    private FindingsStatus() {}

    /**
     * @param namespace of the workload
     * @param stored the status as it is: what is found in it keeps its time
     */
    static void put(
            Map<String, Object> status, String namespace, Finding.All findings, @Nullable Object stored, Instant now) {
        Map<String, String> since = since(stored);
        List<Object> found = new ArrayList<>();
        for (Finding finding : findings.found()) {
            found.add(finding(finding, namespace, since.getOrDefault(finding.kind(), ProfileStatus.time(now))));
        }
        List<Object> unjudged = new ArrayList<>();
        findings.unjudged()
                .forEach(one -> unjudged.add(Map.of(
                        "kind",
                        one.kind(),
                        "lacks",
                        one.lacks().stream().map(FindingsStatus::word).toList())));
        if (!found.isEmpty()) {
            status.put("findings", found);
        }
        if (!unjudged.isEmpty()) {
            status.put("unjudged", unjudged);
        }
    }

    /** Those that the stored status does not have. */
    static List<Finding> fresh(Finding.All findings, @Nullable Object stored) {
        Map<String, String> since = since(stored);
        return findings.found().stream()
                .filter(finding -> !since.containsKey(finding.kind()))
                .toList();
    }

    private static Map<String, Object> finding(Finding finding, String namespace, String since) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("kind", finding.kind());
        ProfileStatus.put(fields, "size", finding.size());
        fields.put("confidence", finding.confidence().word());
        fields.put("message", ProfileStatus.cut(finding.message(), LONGEST_MESSAGE));
        fields.put(
                "evidence",
                finding.evidence().stream()
                        .limit(MOST_EVIDENCE)
                        .map(FindingsStatus::evidence)
                        .toList());
        // half a resource is none
        fields.put("fix", finding.fix().length() <= LONGEST_FIX ? finding.fix() : MADE_ELSEWHERE + namespace);
        fields.put("since", since);
        return fields;
    }

    private static Map<String, Object> evidence(Evidence evidence) {
        return Map.of(
                "what", word(evidence.what()),
                "value", word(evidence.value()),
                "source", word(evidence.source()));
    }

    private static String word(String text) {
        return ProfileStatus.cut(text, LONGEST_WORD);
    }

    /** When each kind that is stored was found first. */
    private static Map<String, String> since(@Nullable Object stored) {
        Map<String, String> times = new LinkedHashMap<>();
        if (stored instanceof Map<?, ?> status && status.get("findings") instanceof List<?> before) {
            for (Object one : before) {
                if (one instanceof Map<?, ?> fields
                        && fields.get("kind") instanceof String kind
                        && fields.get("since") instanceof String time) {
                    times.put(kind, time);
                }
            }
        }
        return times;
    }
}
