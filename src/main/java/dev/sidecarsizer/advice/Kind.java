package dev.sidecarsizer.advice;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.profile.Finding;
import dev.sidecarsizer.profile.Finding.Unjudged;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** The findings that there are. Their words are stable: others count and filter by them. */
public enum Kind {
    UNUSED_CONFIGURATION("UnusedConfiguration", true, new UnusedConfiguration()),
    ALLOCATOR_RETENTION("AllocatorRetention", true, new AllocatorRetention()),
    MANY_CONNECTIONS("ManyConnections", true, new ManyConnections()),
    RISING_TREND("RisingTrend", true, new RisingTrend()),
    NEAR_LIMIT("NearLimit", true, new NearLimit()),
    /** Each kill is told by an Event of its own. */
    OOM_KILLED("OOMKilled", false, new OomKilled()),
    HEAP_BUDGET_DIFFERS("HeapBudgetDiffers", true, new HeapBudgetDiffers()),
    SIZING_WITHDRAWN("SizingWithdrawn", true, new SizingWithdrawn()),
    SIZING_RAISED("SizingRaised", true, new SizingRaised()),
    AT_CEILING("AtCeiling", true, new AtCeiling()),
    /** It costs money, not requests. */
    OVER_PROVISIONED("OverProvisioned", false, new OverProvisioned()),
    SHEDDING_LOAD("SheddingLoad", true, new SheddingLoad()),
    AGENT_DRIVES("AgentDrives", true, new AgentDrives()),
    CONCURRENCY_DIFFERS("ConcurrencyDiffers", true, new ConcurrencyDiffers()),
    MANY_SUBSETS("ManySubsets", true, new ManySubsets()),
    /** They are meant to be there. */
    SCRIPTED_FILTERS("ScriptedFilters", false, new ScriptedFilters()),
    XDS_CHURN("XdsChurn", true, new XdsChurn()),
    MANY_SERIES("ManySeries", true, new ManySeries());

    private static final Comparator<Finding> LARGEST_FIRST = Comparator.comparing(
            (Finding finding) -> Objects.requireNonNullElse(finding.size(), Bytes.ZERO), Comparator.reverseOrder());

    private final String word;
    private final boolean event;

    @SuppressWarnings("ImmutableEnumChecker") // a rule has no state
    private final Rule rule;

    Kind(String word, boolean event, Rule rule) {
        this.word = word;
        this.event = event;
        this.rule = rule;
    }

    /** The word for it, everywhere. */
    public String word() {
        return word;
    }

    /** Whether an owner is told by an Event. */
    boolean event() {
        return event;
    }

    Rule rule() {
        return rule;
    }

    /** The kind of that word; empty where it is none of these, but a later version's. */
    public static Optional<Kind> named(String word) {
        return Stream.of(values()).filter(kind -> kind.word.equals(word)).findFirst();
    }

    /** Where it is documented. */
    public String page() {
        return "docs/findings.md#" + word.toLowerCase(Locale.ROOT);
    }

    /** Asks for all of them. */
    public static Finding.All judge(Known known) {
        List<Finding> found = new ArrayList<>();
        List<Unjudged> unjudged = new ArrayList<>();
        for (Kind kind : values()) {
            Finding.All answered = kind.told(kind.rule.judge(known));
            found.addAll(answered.found());
            unjudged.addAll(answered.unjudged());
        }
        found.sort(LARGEST_FIRST);
        return new Finding.All(List.copyOf(found), List.copyOf(unjudged));
    }

    /** An answer of this kind, as it is handed on. */
    Finding.All told(Rule.Answer answer) {
        if (answer instanceof Rule.Answer.Found so) {
            return new Finding.All(
                    List.of(new Finding(
                            word, so.size(), so.confidence(), so.message(), so.evidence(), so.fix(), event)),
                    List.of());
        }
        return answer instanceof Rule.Answer.Unknown unknown
                ? new Finding.All(List.of(), List.of(new Unjudged(word, unknown.lacks())))
                : Finding.All.NONE;
    }
}
