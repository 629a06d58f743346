package dev.sidecarsizer.backtest.ours;

import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.ProxyContainer;
import dev.sidecarsizer.profile.Profiles.Lineage;
import dev.sidecarsizer.sizing.Decision;
import dev.sidecarsizer.sizing.Sizer;
import dev.sidecarsizer.sizing.SizingPolicy;
import dev.sidecarsizer.sizing.Surroundings;
import dev.sidecarsizer.sizing.Trail;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A pod as Istio's injector makes it, with nobody else having a say. */
final class NewPod {

    private final Pod pod;
    private final ProxyContainer proxy;
    private final Memory before;

    NewPod(Memory comesWith) {
        ObjectNode tree = (ObjectNode)
                JsonMapper.shared()
                        .readTree(
                                """
                {"metadata": {},
                 "spec": {"containers": [{"name": "istio-proxy", "args": ["proxy", "sidecar"]}]}}
                """);
        pod = new Pod("default", tree);
        proxy = ProxyContainer.in(pod).get(0);
        before = comesWith;
    }

    Decision decide(Lineage lineage, SizingPolicy policy) {
        return Sizer.decide(pod, proxy, before, lineage, policy, Surroundings.NONE, Trail.NONE);
    }
}
