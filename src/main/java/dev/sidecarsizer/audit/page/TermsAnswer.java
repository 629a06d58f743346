package dev.sidecarsizer.audit.page;

import dev.sidecarsizer.audit.whatif.Asked;
import dev.sidecarsizer.sizing.SizingPolicy;
import tools.jackson.core.JsonGenerator;

/** The terms that hold now in the whole mesh: where what-if begins. */
final class TermsAnswer {

    private TermsAnswer() {}

    static void write(JsonGenerator json, SizingPolicy policy) {
        Asked now = Asked.of(name -> null, policy);
        new Fields(json)
                .text("policy", policy.equals(SizingPolicy.DEFAULT) ? null : policy.name())
                .text("fault", policy.fault())
                .text("rule", now.headroom() == null ? "risk" : "headroom")
                .number("risk", (Double) now.risk())
                .number("headroom", (Double) now.base().headroom())
                .bytes("floor", now.floor())
                .bytes("ceiling", now.ceiling());
    }
}
