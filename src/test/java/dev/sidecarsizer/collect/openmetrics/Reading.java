package dev.sidecarsizer.collect.openmetrics;

import dev.sidecarsizer.collect.openmetrics.OpenMetrics.Format;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/** What was read of a text: samples, or why there are none. */
record Reading(List<Sample> samples, String fault) {

    record Sample(String name, Map<String, String> labels, double value, OptionalLong millis) {}

    static Reading of(String text, Format format) {
        List<Sample> samples = new ArrayList<>();
        try {
            OpenMetrics.read(
                    new StringReader(text),
                    format,
                    (name, labels, value, millis) ->
                            samples.add(new Sample(name, new TreeMap<>(labels), value, millis)));
            return new Reading(samples, "");
        } catch (OpenMetricsFault fault) {
            return new Reading(List.of(), String.valueOf(fault.getMessage()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
