package dev.sidecarsizer.collect.prometheus;

import dev.sidecarsizer.cluster.Prometheus;

/** On Prometheus 3, whose ranges do not have their left edge. */
class BackfilledPrometheus3IT extends BackfilledPrometheus {

    BackfilledPrometheus3IT() {
        super(Prometheus.THREE);
    }
}
