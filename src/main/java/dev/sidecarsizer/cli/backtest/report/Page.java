package dev.sidecarsizer.cli.backtest.report;

import dev.sidecarsizer.backtest.replay.Figures;
import dev.sidecarsizer.backtest.replay.Outcome;
import java.io.IOException;
import java.io.Writer;
import java.util.List;

/** One HTML file that needs no other, no network and no script: plots of both memories against kills, and a table. */
public final class Page implements Report {

    /** How many strategies have a colour of their own. */
    static final int COLOURS = 8;

    private static final String STYLE =
            """
            :root{color-scheme:light dark;--ink:#1c2430;--faint:#5d6b7c;--line:#d8dee6;--paper:#fff}
            @media(prefers-color-scheme:dark){:root{--ink:#e6ebf1;--faint:#9aa8b8;--line:#36414e;--paper:#141a21}}
            body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);margin:2rem auto;max-width:76rem;
              padding:0 1rem}
            h1{font-size:1.5rem;margin-bottom:.25rem}h2{font-size:1.1rem;margin:1.5rem 0 .5rem}p{color:var(--faint);margin:.25rem 0}
            .plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(22rem,1fr));gap:1.5rem}
            svg{width:100%;height:auto}svg text{fill:var(--faint);font-size:11px}svg .name{fill:var(--ink);font-size:12px}
            .grid{stroke:var(--line)}.oracle{stroke:var(--faint);stroke-dasharray:4 4}
            .front{fill:none;stroke:var(--ink);stroke-width:1.5;stroke-opacity:.5}
            .point{stroke:var(--paper);stroke-width:1.5}.best{stroke:var(--ink)}
            .s0{fill:#2b7de9}.s1{fill:#e0712c}.s2{fill:#2f9e6e}.s3{fill:#b455c8}.s4{fill:#c93a4b}.s5{fill:#8a7a1f}.s6{fill:#15a0b5}
            .s7{fill:#7a808a}
            .scroll{overflow-x:auto}table{border-collapse:collapse;width:100%}
            th,td{padding:.35rem .6rem;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}
            th:first-child,td:first-child{text-align:left}th{font-weight:600}
            """;

    @Override
    public void write(Comparison comparison, Writer out) throws IOException {
        List<Outcome> outcomes = comparison.outcomes();
        Figures any = outcomes.get(0).total();
        out.write("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
                + "<title>sidecar-sizer backtest</title>\n<style>\n" + STYLE + "</style></head><body>\n");
        out.write("<h1>sidecar-sizer backtest</h1>\n<p>" + comparison.subject() + ".</p>\n<p>" + Words.count(any.pods())
                + " pods judged over " + Words.amount(any.podWeeks())
                + " pod-weeks. Lower and further left is better; the"
                + " line joins what nothing else beats in both.</p>\n<div class=\"plots\">\n");
        out.write("<section><h2>Limits</h2>\n"
                + new Plot("limits, GiB·h", Figures::limitGiBHours, any.oracleLimitGiBHours(), outcomes).svg()
                + "</section>\n");
        out.write("<section><h2>Requests</h2>\n"
                + new Plot("requests, GiB·h", Figures::requestGiBHours, any.oracleRequestGiBHours(), outcomes).svg()
                + "</section>\n</div>\n");
        writeTable(outcomes, out);
        out.write(
                "<p>A kill: a pod's use went above its limit. An oracle limits each pod to the most that it will use, and"
                        + " requests its average.</p>\n</body></html>\n");
    }

    private static void writeTable(List<Outcome> outcomes, Writer out) throws IOException {
        out.write("<h2>Figures</h2>\n<div class=\"scroll\"><table><thead><tr>");
        for (String head : Table.HEAD) {
            out.write("<th>" + head + "</th>");
        }
        out.write("</tr></thead><tbody>\n");
        for (Outcome outcome : outcomes) {
            out.write("<tr>");
            for (String cell : Table.cells(outcome.strategy(), outcome.total())) {
                out.write("<td>" + cell + "</td>");
            }
            out.write("</tr>\n");
        }
        out.write("</tbody></table></div>\n");
    }
}
