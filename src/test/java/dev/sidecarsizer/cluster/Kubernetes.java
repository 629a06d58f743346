package dev.sidecarsizer.cluster;

/** The versions of Kubernetes that the README promises, and that tests run against. */
public enum Kubernetes {
    OLDEST("kubernetes-1.34"),
    DEFAULT("kubernetes-1.36"),
    NEWEST("kubernetes-1.37");

    private final String part;

    Kubernetes(String part) {
        this.part = part;
    }

    GoPart part() {
        return GoPart.named(part);
    }

    /** The release that its part pins, such as {@code v1.36.2}. */
    public String version() {
        return part().versionOf("k8s.io/kubernetes");
    }

    /** Its minor release, such as 36. */
    int minor() {
        return minorOf(version());
    }

    static int minorOf(String version) {
        return Integer.parseInt(version.split("\\.", -1)[1]);
    }
}
