package dev.sidecarsizer.cli.explain;

/** Whether two names could be one that was mistyped. */
final class Near {

    private Near() {}

    static boolean is(String name, String typed) {
        return name.contains(typed) || typed.contains(name) || oneSlip(name, typed);
    }

    /** Equal but for one place, where a character or two differ, are missing, or are swapped. */
    private static boolean oneSlip(String name, String typed) {
        int shorter = Math.min(name.length(), typed.length());
        int same = 0;
        while (same < shorter && name.charAt(same) == typed.charAt(same)) {
            same++;
        }
        int end = 0;
        while (end < shorter - same && name.charAt(name.length() - 1 - end) == typed.charAt(typed.length() - 1 - end)) {
            end++;
        }
        return shorter > 2 && Math.max(name.length(), typed.length()) - same - end <= 2;
    }
}
