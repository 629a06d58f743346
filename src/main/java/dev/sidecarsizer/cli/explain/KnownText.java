package dev.sidecarsizer.cli.explain;

import dev.sidecarsizer.store.SidecarProfile;
import dev.sidecarsizer.store.StoredProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** What a profile knows, in rows of a name and its value; what nobody told is left out. */
record KnownText(StoredProfile profile) {

    List<List<String>> rows() {
        SidecarProfile.Status status = profile.status();
        List<List<String>> rows = new ArrayList<>();
        if (status.observed() != null) {
            observed(rows, status.observed());
        }
        if (status.proxy() != null) {
            add(rows, "proxy", proxy(status.proxy()));
        }
        if (status.facts() != null) {
            add(rows, "overload", overload(status.facts()));
        }
        profile.autoscalers()
                .forEach(one -> add(rows, "autoscaler", one.kind() + " " + one.name() + ", " + one.does()));
        if (profile.profile().fault() != null) {
            add(rows, "fault", profile.profile().fault());
        }
        for (SidecarProfile.Condition one : profile.conditions()) {
            add(
                    rows,
                    text(one.type()),
                    new Parts(" ").part("", one.status()).part("", one.reason()) + ": " + text(one.message()));
        }
        return rows;
    }

    /** What admission did with pods of the workload. */
    List<List<String>> decisions() {
        return profile.decisions().stream()
                .map(one -> List.of(
                        Objects.requireNonNullElse(one.count(), 0L) + "x",
                        text(one.mode()),
                        text(one.decision()),
                        text(one.reason()),
                        "last " + text(one.lastSeen())))
                .toList();
    }

    private static void observed(List<List<String>> rows, SidecarProfile.Observed seen) {
        add(
                rows,
                "seen",
                new Parts(", ")
                        .part("", seen.days(), " days")
                        .part("", seen.pods(), " pods")
                        .part("", seen.samples(), " samples")
                        .part("last ", seen.lastSample())
                        .toString());
        add(
                rows,
                "used",
                new Parts(", ")
                        .part("p50 ", seen.p50())
                        .part("p90 ", seen.p90())
                        .part("p99 ", seen.p99())
                        .part("peak ", seen.peak())
                        .part("live ", seen.live())
                        .toString());
        add(
                rows,
                "OOM kills",
                new Parts(", ")
                        .part("", seen.oomKills())
                        .part("at ", seen.oomLimit())
                        .toString());
    }

    private static String proxy(SidecarProfile.Proxy proxy) {
        return new Parts(", ")
                .part("Istio ", proxy.version())
                .part("", proxy.concurrency(), " worker threads")
                .part("", proxy.rawTcp() == null ? null : proxy.rawTcp() ? "raw TCP" : "no raw TCP")
                .part("", proxy.image())
                .toString();
    }

    private static String overload(SidecarProfile.Facts facts) {
        return new Parts(", ")
                .part("allocated ", rounded(facts.pressure(), 100), " % of the limit")
                .part("heap shrunk ", rounded(facts.shrinksPerHour(), 1), " times an hour")
                .toString();
    }

    private static @Nullable Long rounded(@Nullable Double value, int by) {
        return value == null ? null : (Long) Math.round(value * by);
    }

    private static void add(List<List<String>> rows, String name, String value) {
        if (!value.isEmpty()) {
            rows.add(List.of(name, value));
        }
    }

    private static String text(@Nullable String word) {
        return word == null ? "?" : word;
    }

    /** Joins what is there. */
    private static final class Parts {

        private final StringJoiner joined;

        Parts(String gap) {
            joined = new StringJoiner(gap);
        }

        Parts part(String before, @Nullable Object value) {
            return part(before, value, "");
        }

        Parts part(String before, @Nullable Object value, String after) {
            if (value != null) {
                joined.add(before + value + after);
            }
            return this;
        }

        @Override
        public String toString() {
            return joined.toString();
        }
    }
}
