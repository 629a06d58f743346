package dev.sidecarsizer.collect.prometheus;

import dev.sidecarsizer.collect.Setting;
import dev.sidecarsizer.mesh.Bytes;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How Prometheus is asked.
 *
 * @param url where it is, path prefix included, without {@code /api/v1}
 * @param window length of the windows; they end at whole multiples of it
 * @param delay how long after its end a window is asked for, so that late samples are in it
 * @param history how far back the first reading goes
 * @param windowsAtOnce windows in one query
 * @param seriesAtOnce pods in one query; where there are more, namespaces are asked for apart
 * @param queriesAtOnce queries at the same time
 * @param matchers PromQL's label matchers that every selector gets, such as {@code cluster="prod"}; empty for none
 * @param clusterLabels labels that tell clusters apart; of each only one value may be seen
 * @param partialAnswers whether an answer with warnings, which may lack series, will do
 * @param access how to get in, and what an answer may cost
 * @param queries the series to ask for
 */
public record PrometheusSettings(
        URI url,
        Duration window,
        Duration delay,
        Duration history,
        int windowsAtOnce,
        int seriesAtOnce,
        int queriesAtOnce,
        String matchers,
        List<String> clusterLabels,
        boolean partialAnswers,
        Access access,
        Queries queries) {

    /** What the properties' names begin with. */
    public static final String PREFIX = "sidecar-sizer.collect.prometheus.";

    private static final Pattern LABEL = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");
    private static final Pattern MATCHER_LIST = matcherList();

    public PrometheusSettings {
        boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
        if (!web || url.getHost() == null || url.getRawQuery() != null || url.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    PREFIX + "url \"" + withoutUser(url)
                            + "\": must be an http or https address without a query, for example http://prometheus.monitoring:9090");
        }
        if (url.getRawUserInfo() != null) {
            throw new IllegalArgumentException(PREFIX + "url \"" + withoutUser(url) + "\": names a user; use " + PREFIX
                    + "access.user and " + PREFIX + "access.password-file, so that no password is logged");
        }
        Setting.between(PREFIX + "window", window, Duration.ofSeconds(1), Duration.ofDays(1), "1h");
        Setting.between(PREFIX + "delay", delay, Duration.ZERO, Duration.ofHours(1), "2m");
        Setting.between(PREFIX + "history", history, window, Duration.ofDays(92), "14d");
        Setting.between(PREFIX + "windows-at-once", windowsAtOnce, 1, 1000, 6);
        Setting.between(PREFIX + "series-at-once", seriesAtOnce, 1, 1_000_000, 20_000);
        Setting.between(PREFIX + "queries-at-once", queriesAtOnce, 1, 16, 2);
        if (!matchers.isEmpty() && !MATCHER_LIST.matcher(matchers).matches()) {
            throw new IllegalArgumentException(PREFIX + "matchers \"" + matchers
                    + "\": must be PromQL's label matchers, for example cluster=\"prod\",region=~\"eu-.*\"");
        }
        for (String label : clusterLabels) {
            if (!LABEL.matcher(label).matches()) {
                throw new IllegalArgumentException(PREFIX + "cluster-labels \"" + label
                        + "\": must be names of labels, for example cluster,cluster_id");
            }
        }
        for (Queries.Named query : queries.named()) {
            if (!query.selector().contains(Queries.MATCHERS)) {
                throw new IllegalArgumentException(PREFIX + "queries." + query.name() + " \"" + query.selector()
                        + "\": must have " + Queries.MATCHERS + " in the braces of each selector, for example "
                        + Queries.DEFAULT.workingSet());
            }
        }
        clusterLabels = List.copyOf(clusterLabels);
    }

    /** With all defaults. */
    public static PrometheusSettings of(URI url) {
        return new PrometheusSettings(
                url,
                Duration.ofHours(1),
                Duration.ofMinutes(2),
                Duration.ofDays(14),
                6,
                20_000,
                2,
                "",
                List.of("cluster", "cluster_id"),
                false,
                Access.DEFAULT,
                Queries.DEFAULT);
    }

    /** For people. */
    String place() {
        return "Prometheus at " + url;
    }

    /**
     * How to get in, and what an answer may cost.
     *
     * @param connectTimeout how long a connection may take
     * @param timeout how long one query may take, from its sending to its answer's last byte
     * @param attempts how often a query is sent while the server is overloaded or away
     * @param largestAnswer how large an answer may be, unpacked
     * @param headers further headers, such as {@code X-Scope-OrgID}
     * @param tokenFile file with a bearer token, read for each query, for tokens are renewed in place
     * @param user user of basic authentication
     * @param passwordFile file with that user's password
     */
    public record Access(
            Duration connectTimeout,
            Duration timeout,
            int attempts,
            Bytes largestAnswer,
            Map<String, String> headers,
            @Nullable Path tokenFile,
            @Nullable String user,
            @Nullable Path passwordFile) {

        public static final Access DEFAULT = new Access(
                Duration.ofSeconds(5), Duration.ofSeconds(60), 5, Bytes.mebi(64), Map.of(), null, null, null);

        private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9-]+");
        private static final Pattern HEADER_VALUE = Pattern.compile("[\\x20-\\x7e]*");
        private static final Set<String> OURS =
                Set.of("authorization", "host", "content-length", "content-type", "accept-encoding");

        public Access {
            Setting.between(
                    PREFIX + "access.connect-timeout",
                    connectTimeout,
                    Duration.ofMillis(100),
                    Duration.ofMinutes(1),
                    "5s");
            Setting.between(PREFIX + "access.timeout", timeout, Duration.ofMillis(100), Duration.ofMinutes(10), "60s");
            Setting.between(PREFIX + "access.attempts", attempts, 1, 20, 5);
            if (largestAnswer.isLess(Bytes.mebi(1)) || largestAnswer.isMore(Bytes.mebi(1024))) {
                throw new IllegalArgumentException(PREFIX + "access.largest-answer " + largestAnswer
                        + ": must be from 1Mi to 1Gi, for example 64Mi");
            }
            headers.forEach((name, value) -> {
                if (!HEADER.matcher(name).matches()
                        || !HEADER_VALUE.matcher(value).matches()
                        || OURS.contains(name.toLowerCase(Locale.ROOT))) {
                    throw new IllegalArgumentException(PREFIX + "access.headers \"" + name
                            + "\": must be a header of one line that is not set otherwise, for example X-Scope-OrgID; "
                            + "credentials go to " + PREFIX + "access.token-file");
                }
            });
            if ((user == null) != (passwordFile == null)) {
                throw new IllegalArgumentException(PREFIX + "access.user \"" + user + "\" and " + PREFIX
                        + "access.password-file \"" + passwordFile + "\": must be set both or neither");
            }
            if (user != null && tokenFile != null) {
                throw new IllegalArgumentException(PREFIX + "access.user \"" + user + "\" and " + PREFIX
                        + "access.token-file \"" + tokenFile + "\": must not be set both");
            }
            headers = Map.copyOf(headers);
        }
    }

    private static Pattern matcherList() {
        String one = "[a-zA-Z_][a-zA-Z0-9_]*\\s*(?:=|!=|=~|!~)\\s*\"(?:[^\"\\\\\\n]|\\\\.)*+\"";
        return Pattern.compile("\\s*" + one + "(?:\\s*,\\s*" + one + ")*+\\s*,?\\s*");
    }

    private static String withoutUser(URI url) {
        return url.toString().replaceFirst("//[^/@]*@", "//");
    }
}
