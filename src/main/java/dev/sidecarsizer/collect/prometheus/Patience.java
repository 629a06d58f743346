package dev.sidecarsizer.collect.prometheus;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/**
 * How long to wait before a query is sent again: what the server says, else a bound that doubles each time and a random
 * part of it, so that many who were turned away at once do not come back at once.
 *
 * @see <a href="https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/">equal jitter</a>
 */
final class Patience {

    /** Who is told to wait longer gives up for now: the next reading goes on from there. */
    static final Duration LONGEST = Duration.ofMinutes(1);

    private static final Duration FIRST = Duration.ofMillis(500);

    private Patience() {}

    /**
     * The wait after a failed attempt.
     *
     * @param attempt how many have failed, from 1
     * @param asked what the server asked for
     * @param chance from 0 to 1
     * @return empty where the server asks for more than {@link #LONGEST}
     */
    static Optional<Duration> after(int attempt, Optional<Duration> asked, double chance) {
        Duration jitter = FIRST.multipliedBy((long) (1000 * chance)).dividedBy(1000);
        if (asked.isPresent()) {
            return asked.filter(wait -> wait.compareTo(LONGEST) <= 0).map(wait -> wait.plus(jitter));
        }
        Duration bound = FIRST.multipliedBy(1L << Math.min(attempt - 1, 6));
        Duration half = bound.dividedBy(2);
        Duration wait = half.plus(half.multipliedBy((long) (1000 * chance)).dividedBy(1000));
        return Optional.of(wait.compareTo(LONGEST) > 0 ? LONGEST : wait);
    }

    /** Reads {@code Retry-After}: seconds, or a date; empty where it is neither. */
    static Optional<Duration> retryAfter(String header, Instant now) {
        String text = header.strip();
        if (text.matches("\\d{1,9}")) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
        }
        try {
            Instant date = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            Duration wait = Duration.between(now, date);
            return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
        } catch (DateTimeException noDate) {
            return Optional.empty();
        }
    }
}
