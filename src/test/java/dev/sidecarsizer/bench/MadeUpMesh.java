package dev.sidecarsizer.bench;

/**
 * A mesh whose every number follows from its place: {@value #NAMESPACES} namespaces, Deployments {@code app-N} of {@value
 * #PODS} pods each, rolled out once a week, each on a day of its own.
 *
 * @param workloads how many
 */
record MadeUpMesh(int workloads) {

    static final int NAMESPACES = 10;
    static final int PODS = 3;

    /** Of a scrape each half a minute, in each second. */
    private static final double SAMPLES_A_SECOND = 1 / 30.0;

    private static final long DAY = 86_400;
    private static final String HASH = "bcdfghjklmnpqrstvwxz2456789";
    private static final double MEBIBYTE = 1 << 20;

    static String namespace(int workload) {
        return "bench-" + workload % NAMESPACES;
    }

    /** Pods in one namespace at one time. */
    int pods(int namespace) {
        return (workloads / NAMESPACES + (namespace < workloads % NAMESPACES ? 1 : 0)) * PODS;
    }

    /** Which of its roll-outs a workload's pods are from, at a time in seconds since the epoch. */
    static long rollOut(int workload, long second) {
        return Math.floorDiv(second / DAY + workload, 7);
    }

    static String replicaSet(int workload, long rollOut) {
        return "app-" + workload + "-" + hashed(mixed(workload * 31L + rollOut), 9);
    }

    static String pod(int workload, long rollOut, int place) {
        return replicaSet(workload, rollOut) + "-" + hashed(mixed(workload * 97L + rollOut * 7 + place), 5);
    }

    /** The highest use in the window that ends then, in bytes: a daily wave, and noise. */
    static long peak(int workload, int place, long second) {
        double base = 40 + mixed(workload) % 120;
        double wave = 0.2 * Math.sin(2 * Math.PI * (second % DAY) / DAY);
        double noise = 0.1 * (mixed(second * 31 + workload * 7L + place) % 1000) / 1000;
        return Math.round(base * MEBIBYTE * (1 + wave + noise));
    }

    static long samples(long windowSeconds) {
        return Math.max(1, Math.round(windowSeconds * SAMPLES_A_SECOND));
    }

    private static String hashed(long bits, int length) {
        StringBuilder text = new StringBuilder();
        long left = bits;
        for (int i = 0; i < length; i++) {
            text.append(HASH.charAt((int) (left % HASH.length())));
            left /= HASH.length();
        }
        return text.toString();
    }

    /** Not negative. */
    private static long mixed(long seed) {
        long bits = (seed + 1) * 0x9E3779B97F4A7C15L;
        bits = (bits ^ (bits >>> 31)) * 0xBF58476D1CE4E5B9L;
        return (bits ^ (bits >>> 29)) & Long.MAX_VALUE;
    }
}
