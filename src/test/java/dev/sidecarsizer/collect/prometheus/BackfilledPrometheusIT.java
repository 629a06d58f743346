package dev.sidecarsizer.collect.prometheus;

import dev.sidecarsizer.cluster.Prometheus;

/** On the Prometheus that the other tests read from. */
class BackfilledPrometheusIT extends BackfilledPrometheus {

    BackfilledPrometheusIT() {
        super(Prometheus.AT_HAND);
    }
}
