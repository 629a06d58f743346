package dev.sidecarsizer.profile.history;

/** What a recommendation aims at. */
public sealed interface Target {

    /** What holds without any policy. */
    Target DEFAULT = new Risk(0.001);

    /**
     * A limit that is exceeded by a pod in a week with this chance.
     *
     * @param oomRisk above 0, at most 0.5
     */
    record Risk(double oomRisk) implements Target {}

    /**
     * A limit that is so many times the highest peak.
     *
     * @param factor at least 1
     */
    record Headroom(double factor) implements Target {}
}
