package dev.sidecarsizer.audit.page;

import dev.sidecarsizer.audit.whatif.Outcome;
import dev.sidecarsizer.audit.whatif.Sum;
import java.time.Instant;
import tools.jackson.core.JsonGenerator;

/**
 * What other terms would have cost.
 *
 * @param namespace ours, where a policy counts for the mesh
 */
record WhatIfAnswer(Outcome outcome, String namespace, Instant now) {

    void write(JsonGenerator json) {
        Fields fields = new Fields(json);
        fields.text("asOf", now)
                .text("state", "ready")
                .number("days", outcome.learntDays() + outcome.judgedDays())
                .number("learntDays", outcome.learntDays())
                .number("judgedDays", outcome.judgedDays())
                .number("workloads", outcome.workloads())
                .number("podWeeks", (Double) outcome.here().podWeeks());
        sum(json, "here", outcome.here());
        sum(json, "istioDefault", outcome.istioDefault());
        json.writeArrayPropertyStart("curve");
        for (Outcome.Point point : outcome.curve()) {
            json.writeStartObject();
            fields.number("risk", (Double) point.risk());
            sum(json, point.sum());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayPropertyStart("cannotSee");
        json.writeString(
                "Histories keep one number a day, the most that any pod of the workload used. A kill is counted"
                        + " where that is above the limit: at most one a day and workload, and none of the other pods'. So kills,"
                        + " and kills a million pod-weeks of all pods, are lower bounds.");
        json.writeString("Pods are created once, half way, and live to the end with what they got then: what is learnt"
                + " later would size the next ones better.");
        json.writeString("Each pod comes with Istio's 128Mi/1Gi; what owners set, and what bounds a namespace, is not"
                + " there. sidecar-sizer backtest replays every sample that Prometheus has.");
        json.writeEndArray();
        fields.text("policy", outcome.asked().yaml(namespace))
                .text("replaces", outcome.asked().replaced());
    }

    private void sum(JsonGenerator json, String name, Sum sum) {
        json.writeObjectPropertyStart(name);
        sum(json, sum);
        json.writeEndObject();
    }

    private void sum(JsonGenerator json, Sum sum) {
        double weeks = outcome.judgedDays() / 7.0;
        new Fields(json)
                .number("requestGiB", (Double) sum.requestGiB(weeks))
                .number("limitGiB", (Double) sum.limitGiB(weeks))
                .number("requestGiBHours", (Double) sum.requestGiBHours())
                .number("limitGiBHours", (Double) sum.limitGiBHours())
                .number("kills", (Long) sum.kills())
                .number("killsPerMillionPodWeeks", (Double) sum.killsPerMillionPodWeeks());
    }
}
