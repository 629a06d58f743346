package dev.sidecarsizer.demo;

import dev.sidecarsizer.cluster.ControlPlane;
import dev.sidecarsizer.install.InjectedPod;
import dev.sidecarsizer.mesh.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A namespace of the demo.
 *
 * @param pods one of each is created in it
 */
record Shop(String namespace, Mode mode, List<InjectedPod> pods) {

    static final List<Shop> ALL = List.of(
            new Shop("shop", Mode.ENFORCE, List.of(InjectedPod.values())),
            new Shop("rehearsal", Mode.AUDIT, List.of(InjectedPod.REVIEWS, InjectedPod.CHECKOUT, InjectedPod.NEWCOMER)),
            new Shop("legacy", Mode.OFF, List.of(InjectedPod.REVIEWS)));

    /** Creates the pods of all, and reads back what became of them. */
    static List<Row> createPods(ControlPlane plane) {
        Observer observer = new Observer(plane.admin());
        List<Row> rows = new ArrayList<>();
        for (Shop shop : ALL) {
            shop.pods().forEach(pod -> rows.add(observer.create(pod, shop.namespace(), shop.mode())));
        }
        return rows;
    }

    /** Creates the namespace, with what is known of its workloads. */
    void furnish(ControlPlane plane) {
        plane.createNamespace(namespace, mode == Mode.OFF ? Map.of() : Map.of(Mode.LABEL, mode.toString()));
        String profiles = DemoProfiles.in(namespace);
        plane.apply(profiles);
        plane.applyStatus(profiles);
    }
}
