package dev.sidecarsizer.cli.backtest.recording;

import dev.sidecarsizer.backtest.recording.Unusable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What there is to tell of a reading: what was there, in which form, and what could not be used. */
final class Told {

    private static final int MOST_FAULTS = 5;

    /** None where a Prometheus was read. */
    private final int files;

    private final long rows;
    private final long unwanted;
    private final long duplicates;
    private final Map<Unusable, Long> unusable;
    private final Map<Timestamps.Form, Long> forms;
    private final List<String> faults;

    Told(
            int files,
            long rows,
            long unwanted,
            long duplicates,
            Map<Unusable, Long> unusable,
            Map<Timestamps.Form, Long> forms,
            List<String> faults) {
        this.files = files;
        this.rows = rows;
        this.unwanted = unwanted;
        this.duplicates = duplicates;
        this.unusable = unusable;
        this.forms = forms;
        this.faults = faults;
    }

    /** One line a thing: first what was read, then what was left out. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(
                files == 0
                        ? "read " + number(rows) + " samples"
                        : "read " + number(rows) + " rows of " + number(files) + " files"
                                + (forms.isEmpty() ? "" : ", timestamps in " + inForms()));
        if (!unusable.isEmpty()) {
            lines.add("not usable: "
                    + unusable.entrySet().stream()
                            .map(entry -> number(entry.getValue()) + " × "
                                    + entry.getKey().words())
                            .collect(Collectors.joining(", ")));
        }
        if (duplicates > 0) {
            lines.add("left out " + number(duplicates)
                    + " samples of a pod and second that had one; the highest is kept");
        }
        if (unwanted > 0) {
            lines.add("left out " + number(unwanted) + " rows of workloads that were not asked for");
        }
        faults.stream().limit(MOST_FAULTS).forEach(lines::add);
        if (faults.size() > MOST_FAULTS) {
            lines.add("and " + (faults.size() - MOST_FAULTS) + " more files with faults");
        }
        return lines;
    }

    private String inForms() {
        return forms.keySet().stream().map(Timestamps.Form::words).collect(Collectors.joining(" and "));
    }

    private static String number(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }
}
