package dev.sidecarsizer.collect.prometheus;

import dev.sidecarsizer.collect.openmetrics.SampleValue;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads an answer of Prometheus' API series by series, without ever holding it.
 *
 * @see <a href="https://prometheus.io/docs/prometheus/latest/querying/api/#format-overview">its format</a>
 */
final class AnswerReader {

    private static final JsonFactory JSON = new JsonFactory();
    private static final int MOST_WARNINGS = 5;
    private static final int LONGEST_TEXT = 500;

    private final JsonParser parser;
    private final Series into;
    private final List<String> warnings = new ArrayList<>();
    private String status = "";
    private String errorType = "";
    private String error = "";

    private AnswerReader(JsonParser parser, Series into) {
        this.parser = parser;
        this.into = into;
    }

    /** Takes series in the order of the answer. What it took of an answer that proves to be faulty must be dropped. */
    @FunctionalInterface
    interface Series {
        void take(Map<String, String> labels, List<Point> points);
    }

    /**
     * One value.
     *
     * @param millis when, since the epoch
     */
    record Point(long millis, double value) {}

    /**
     * What stands around the series.
     *
     * @param status {@code success}, {@code error}, or empty where it is no answer of Prometheus
     * @param errorType one word, such as {@code bad_data}; empty for none
     * @param error what it complains of; empty for none
     * @param warnings the first ones; hints on the query itself are left out
     */
    record Envelope(String status, String errorType, String error, List<String> warnings) {}

    /**
     * Reads a whole answer; its end must be there.
     *
     * @throws tools.jackson.core.JacksonException where it is no JSON, or is cut off
     * @throws UnexpectedAnswer where it is JSON, and not Prometheus'
     */
    static Envelope read(InputStream answer, Series into) {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), answer)) {
            AnswerReader reader = new AnswerReader(parser, into);
            reader.read();
            return new Envelope(reader.status, reader.errorType, reader.error, reader.warnings);
        }
    }

    private void read() {
        expect(parser.nextToken(), JsonToken.START_OBJECT);
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case "status" -> status = text();
                case "errorType" -> errorType = text();
                case "error" -> error = text();
                case "warnings" -> warnings();
                case "data" -> data();
                default -> parser.skipChildren();
            }
        }
        if (parser.nextToken() != null) {
            throw new UnexpectedAnswer("something follows the answer");
        }
    }

    private void data() {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            if (name.equals("result")) {
                expect(parser.currentToken(), JsonToken.START_ARRAY);
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    series();
                }
            } else {
                parser.skipChildren();
            }
        }
    }

    private void series() {
        expect(parser.currentToken(), JsonToken.START_OBJECT);
        Map<String, String> labels = new HashMap<>();
        List<Point> points = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case "metric" -> labels(labels);
                case "value" -> points.add(point());
                case "values" -> {
                    expect(parser.currentToken(), JsonToken.START_ARRAY);
                    while (parser.nextToken() != JsonToken.END_ARRAY) {
                        points.add(point());
                    }
                }
                default -> parser.skipChildren();
            }
        }
        into.take(labels, points);
    }

    private void labels(Map<String, String> into) {
        expect(parser.currentToken(), JsonToken.START_OBJECT);
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            expect(parser.nextToken(), JsonToken.VALUE_STRING);
            into.put(name, parser.getString());
        }
    }

    /** A time in seconds, and a value as text, for JSON knows no NaN. */
    private Point point() {
        expect(parser.currentToken(), JsonToken.START_ARRAY);
        JsonToken time = parser.nextToken();
        if (time == null || !time.isNumeric()) {
            throw new UnexpectedAnswer("a value without a time");
        }
        long millis = Math.round(parser.getDoubleValue() * 1000);
        expect(parser.nextToken(), JsonToken.VALUE_STRING);
        double value;
        try {
            value = SampleValue.parse(parser.getString());
        } catch (NumberFormatException noNumber) {
            throw new UnexpectedAnswer("a value: " + noNumber.getMessage());
        }
        expect(parser.nextToken(), JsonToken.END_ARRAY);
        return new Point(millis, value);
    }

    private void warnings() {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            parser.skipChildren();
            return;
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            String warning = text();
            // Prometheus 2.48 to 2.55 puts hints on the query among the warnings
            if (!warning.startsWith("PromQL info") && warnings.size() < MOST_WARNINGS) {
                warnings.add(warning);
            }
        }
    }

    private String text() {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            parser.skipChildren();
            return "";
        }
        String text = parser.getString();
        return text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) + "…" : text;
    }

    private static void expect(JsonToken token, JsonToken wanted) {
        if (token != wanted) {
            throw new UnexpectedAnswer("there is " + token + " where " + wanted + " should be");
        }
    }

    /** JSON, but none of Prometheus' answers to a query. */
    static final class UnexpectedAnswer extends RuntimeException {
        UnexpectedAnswer(String message) {
            super(message);
        }
    }
}
