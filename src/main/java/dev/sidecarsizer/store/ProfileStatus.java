package dev.sidecarsizer.store;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.profile.Destinations;
import dev.sidecarsizer.profile.Learnt;
import dev.sidecarsizer.profile.Learnt.Condition;
import dev.sidecarsizer.profile.Learnt.Daily;
import dev.sidecarsizer.profile.Learnt.Measured;
import dev.sidecarsizer.profile.MemoryProfile.Recommendation;
import dev.sidecarsizer.profile.ProxyFacts;
import dev.sidecarsizer.profile.ProxyRuntime;
import dev.sidecarsizer.profile.Rollout;
import dev.sidecarsizer.profile.Running;
import dev.sidecarsizer.profile.Subject;
import dev.sidecarsizer.profile.Subject.OfWorkload;
import dev.sidecarsizer.profile.Verdict;
import dev.sidecarsizer.profile.Verdict.Raise;
import dev.sidecarsizer.profile.Verdict.Withdraw;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The leader's part of a profile's {@code status}: all but {@code decisions}. What the schema would refuse is brought
 * into its bounds or left out, since one destination with a strange name must not cost the recommendation.
 */
final class ProfileStatus {

    private static final int LONGEST_VERSION = 128;
    private static final int LONGEST_IMAGE = 1024;
    /** A namespace, a slash, and a name of DNS. */
    private static final int LONGEST_HOST = 63 + 1 + 253;

    private static final int LONGEST_REASON = 128;
    private static final int LONGEST_MESSAGE = 1024;
    private static final int MOST_THREADS = 4096;

    private ProfileStatus() {}

    /**
     * @param stored the status as it is, whose conditions keep their time where they say the same
     * @param now for those that do not
     */
    static Map<String, Object> of(Learnt learnt, @Nullable Object stored, Instant now) {
        Map<String, Object> status = new LinkedHashMap<>();
        if (learnt.recommendation() != null) {
            status.put("recommendation", recommendation(learnt.recommendation()));
        }
        if (learnt.measured() != null) {
            status.put("observed", observed(learnt.measured()));
        }
        putFilled(status, "proxy", proxy(learnt.facts()));
        if (!learnt.autoscalers().isEmpty()) {
            status.put("autoscalers", AutoscalersStatus.of(learnt.autoscalers()));
        }
        putFilled(status, "facts", facts(learnt.facts()));
        putFilled(status, "running", running(learnt.running()));
        putFilled(status, "guard", guard(learnt.guarded().verdict()));
        putFilled(status, "rollout", rollout(learnt.guarded().rollout()));
        List<Map<String, Object>> conditions = new ArrayList<>();
        for (Condition condition : learnt.conditions()) {
            conditions.add(condition(condition, stored, now));
        }
        status.put("conditions", conditions);
        FindingsStatus.put(status, namespace(learnt.subject()), learnt.findings(), stored, now);
        return status;
    }

    /** Of a prior nothing is found. */
    private static String namespace(Subject subject) {
        return subject instanceof OfWorkload of ? of.workload().namespace() : "";
    }

    private static Map<String, Object> recommendation(Recommendation recommendation) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("memoryRequest", bounded(recommendation.memoryRequest()).toString());
        fields.put("memoryLimit", bounded(recommendation.memoryLimit()).toString());
        if (recommendation.idleTimeout() != null) {
            fields.put("idleTimeout", recommendation.idleTimeout().toSeconds() + "s");
        }
        return fields;
    }

    private static Map<String, Object> observed(Measured measured) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("pods", measured.pods());
        fields.put("days", measured.days());
        fields.put("samples", measured.samples());
        if (measured.samples() > 0) {
            put(fields, "p50", measured.p50());
            put(fields, "p90", measured.p90());
            put(fields, "p99", measured.p99());
            put(fields, "peak", measured.peak());
        }
        put(fields, "live", measured.live());
        fields.put("oomKills", measured.oomKills());
        put(fields, "oomLimit", measured.oomLimit());
        if (measured.lastSample() != null) {
            fields.put("lastSample", time(measured.lastSample()));
        }
        putFilled(fields, "daily", daily(measured.daily()));
        return fields;
    }

    private static Map<String, Object> daily(Daily daily) {
        if (daily.peaks().isEmpty()) {
            return Map.of();
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("through", daily.through().toString());
        fields.put(
                "peaks",
                daily.peaks().stream()
                        .map(peak -> peak.atMost(Reading.MOST_MEMORY).toString())
                        .toList());
        if (daily.kills().stream().anyMatch(kills -> kills > 0)) {
            fields.put("kills", daily.kills());
        }
        return fields;
    }

    private static Map<String, Object> proxy(ProxyFacts facts) {
        ProxyRuntime runtime = facts.runtime();
        Map<String, Object> fields = new LinkedHashMap<>();
        putShort(fields, "version", runtime.version(), LONGEST_VERSION);
        putShort(fields, "image", runtime.image(), LONGEST_IMAGE);
        Integer threads = runtime.concurrency();
        if (threads != null && threads >= 0 && threads <= MOST_THREADS) {
            fields.put("concurrency", threads);
        }
        if (runtime.nativeSidecar() != null) {
            fields.put("nativeSidecar", runtime.nativeSidecar());
        }
        Boolean rawTcp = facts.traffic().rawTcp();
        if (rawTcp != null) {
            fields.put("rawTcp", rawTcp);
        }
        return fields;
    }

    private static Map<String, Object> facts(ProxyFacts facts) {
        Map<String, Object> fields = new LinkedHashMap<>();
        put(fields, "allocated", facts.memory().allocated());
        put(fields, "heap", facts.memory().heap());
        put(fields, "physical", facts.memory().physical());
        put(fields, "agent", facts.memory().agent());
        putCount(fields, "connections", facts.load().connections());
        putRate(fields, "requestRate", facts.load().requestRate());
        putCount(fields, "clusters", facts.makeup().clusters());
        putShare(fields, "shedding", facts.overload().shedding(), 1);
        putShare(fields, "pressure", facts.overload().pressure(), Double.MAX_VALUE);
        putRate(fields, "shrinksPerHour", facts.overload().shrinksPerHour());
        List<String> destinations = facts.traffic().destinations().stream()
                .filter(host -> !host.isEmpty() && host.length() <= LONGEST_HOST)
                .limit(Destinations.MOST)
                .toList();
        if (!destinations.isEmpty()) {
            fields.put("destinations", destinations);
        }
        return fields;
    }

    private static Map<String, Object> running(Running running) {
        Map<String, Object> fields = new LinkedHashMap<>();
        if (!running.equals(Running.NONE)) {
            fields.put("sized", running.sized());
            fields.put("kept", running.kept());
            fields.put("missed", running.missed());
            fields.put("earlier", running.earlier());
            fields.put("byNet", running.byNet());
            fields.put("misfits", running.misfits());
        }
        return fields;
    }

    /** What the guard has against sizing; empty where it has nothing. */
    static Map<String, Object> guard(Verdict verdict) {
        Map<String, Object> fields = new LinkedHashMap<>();
        if (verdict instanceof Withdraw withdrawn) {
            fields.put("verdict", "Withdraw");
            fields.put("since", time(withdrawn.since()));
            fields.put("until", time(withdrawn.until()));
            fields.put("times", withdrawn.times());
            fields.put("message", cut(withdrawn.why(), LONGEST_MESSAGE));
        } else if (verdict instanceof Raise raised) {
            fields.put("verdict", "Raise");
            fields.put("since", time(raised.since()));
            fields.put("until", time(raised.until()));
            fields.put("times", raised.times());
            fields.put("memoryLimit", bounded(raised.limit()).toString());
            fields.put("message", cut(raised.why(), LONGEST_MESSAGE));
        }
        return fields;
    }

    private static Map<String, Object> rollout(@Nullable Rollout rollout) {
        Map<String, Object> fields = new LinkedHashMap<>();
        if (rollout != null) {
            fields.put("percent", rollout.percent());
            fields.put("since", time(rollout.since()));
            fields.put("ran", rollout.ran().toHours() + "h" + rollout.ran().toMinutesPart() + "m");
            fields.put("complete", rollout.complete());
        }
        return fields;
    }

    private static Map<String, Object> condition(Condition condition, @Nullable Object stored, Instant now) {
        String holds = condition.holds() ? "True" : "False";
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("type", condition.type());
        fields.put("status", holds);
        fields.put("reason", cut(condition.reason(), LONGEST_REASON));
        fields.put("message", cut(condition.message(), LONGEST_MESSAGE));
        fields.put("lastTransitionTime", since(condition.type(), holds, stored, now));
        return fields;
    }

    /** When the condition that is stored began to hold, where it is the same. */
    private static String since(String type, String holds, @Nullable Object stored, Instant now) {
        if (stored instanceof Map<?, ?> status && status.get("conditions") instanceof List<?> before) {
            for (Object one : before) {
                if (one instanceof Map<?, ?> fields
                        && type.equals(fields.get("type"))
                        && holds.equals(fields.get("status"))
                        && fields.get("lastTransitionTime") instanceof String time) {
                    return time;
                }
            }
        }
        return time(now);
    }

    /** What a proxy can start in and a node can have; elsewhere the profile would be refused as a whole. */
    private static Bytes bounded(Bytes bytes) {
        return bytes.atLeast(Reading.LEAST_MEMORY).atMost(Reading.MOST_MEMORY);
    }

    static void put(Map<String, Object> fields, String field, @Nullable Bytes bytes) {
        if (bytes != null) {
            fields.put(field, bytes.atMost(Reading.MOST_MEMORY).toString());
        }
    }

    private static void putCount(Map<String, Object> fields, String field, @Nullable Long count) {
        if (count != null && count >= 0) {
            fields.put(field, count);
        }
    }

    /** To a thousandth, since more would be another number each time. */
    private static void putShare(Map<String, Object> fields, String field, @Nullable Double share, double most) {
        if (share != null && share >= 0 && share <= most) {
            fields.put(field, Math.round(share * 1000) / 1000.0);
        }
    }

    /** To a tenth, for the same reason. */
    private static void putRate(Map<String, Object> fields, String field, @Nullable Double rate) {
        if (rate != null && rate >= 0 && Double.isFinite(rate)) {
            fields.put(field, Math.round(rate * 10) / 10.0);
        }
    }

    private static void putShort(Map<String, Object> fields, String field, @Nullable String text, int longest) {
        if (text != null && text.length() <= longest) {
            fields.put(field, text);
        }
    }

    private static void putFilled(Map<String, Object> status, String field, Map<String, Object> fields) {
        if (!fields.isEmpty()) {
            status.put(field, fields);
        }
    }

    static String cut(String text, int longest) {
        return text.length() > longest ? text.substring(0, longest) : text;
    }

    /** To the second, as Kubernetes writes times. */
    static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
