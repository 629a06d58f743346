package dev.sidecarsizer.cli;

import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Ansi.Style;

/** Colours, where they are wanted. */
public final class Ink {

    private final boolean coloured;

    private Ink(boolean coloured) {
        this.coloured = coloured;
    }

    /** As {@code command} writes. */
    public static Ink of(CommandLine command) {
        return new Ink(command.getColorScheme().ansi() == Ansi.ON);
    }

    public String bold(String text) {
        return in(Style.bold, text);
    }

    public String red(String text) {
        return in(Style.fg_red, text);
    }

    public String green(String text) {
        return in(Style.fg_green, text);
    }

    public String faint(String text) {
        return in(Style.faint, text);
    }

    private String in(Style style, String text) {
        return coloured ? style.on() + text + style.off() : text;
    }
}
