package dev.sidecarsizer.istio;

import dev.sidecarsizer.cluster.GoPart;
import dev.sidecarsizer.cluster.Progress;
import java.nio.file.Path;
import java.util.List;

/** Istio's programs, built once from the module that {@code src/test/parts/istio} pins, and files of that module. */
public final class IstioParts {

    private static final GoPart PART = GoPart.named("istio");
    private static final String MODULE = "istio.io/istio";
    private static final String ISTIOD = MODULE + "/pilot/cmd/pilot-discovery";
    private static final String PILOT_AGENT = MODULE + "/pilot/cmd/pilot-agent";
    private static final String ISTIOCTL = MODULE + "/istioctl/cmd/istioctl";

    private IstioParts() {}

    public static Path istiod() {
        return program(ISTIOD);
    }

    static Path istioctl() {
        return program(ISTIOCTL);
    }

    public static Path pilotAgent() {
        return program(PILOT_AGENT);
    }

    /** The template that pilot-agent renders Envoy's bootstrap from; in the image it lies under {@code /var/lib}. */
    public static Path bootstrapTemplate() {
        return PART.sources(MODULE).resolve("tools/packaging/common/envoy_bootstrap.json");
    }

    /** All three at once: they share most of their packages. */
    private static Path program(String goPackage) {
        PART.build(List.of(ISTIOD, PILOT_AGENT, ISTIOCTL), Progress.onConsole());
        return PART.path(goPackage);
    }
}
