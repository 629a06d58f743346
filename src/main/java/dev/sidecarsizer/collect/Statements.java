package dev.sidecarsizer.collect;

import dev.sidecarsizer.advice.Kind;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.profile.Finding;
import dev.sidecarsizer.profile.Learnt;
import dev.sidecarsizer.profile.MemoryProfile.Recommendation;
import dev.sidecarsizer.profile.Subject.OfWorkload;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** What accounts say, for people and for the next leader, once they are to be kept. */
final class Statements {

    private final Accounts accounts;
    private final Scoring scoring;
    private final Function<LivePod, Bytes> ceilings;
    private final Function<LivePod, Mode> modes;
    private final Duration staleAfter;

    Statements(
            Accounts accounts,
            Scoring scoring,
            Function<LivePod, Bytes> ceilings,
            Function<LivePod, Mode> modes,
            Duration staleAfter) {
        this.accounts = accounts;
        this.scoring = scoring;
        this.ceilings = ceilings;
        this.modes = modes;
        this.staleAfter = staleAfter;
    }

    Learnt of(OfWorkload subject, Account account, Instant now) {
        Recommendation recommended = scoring.recommended(account, now).orElse(null);
        LivePod pod = account.pod;
        Finding.All findings = Kind.judge(account.known(
                subject.workload(),
                pod == null ? Map.of() : accounts.selector(pod),
                pod == null ? null : ceilings.apply(pod),
                pod == null ? null : modes.apply(pod),
                recommended));
        account.found = findings.found().stream().map(Finding::kind).toList();
        return new Learnt(
                subject,
                account.owner(),
                account.history.encode(),
                recommended,
                account.history.measured(account.present.live()).orElse(null),
                account.present.facts(),
                account.autoscalers(),
                account.running(),
                account.guarded(),
                Stream.concat(
                                Conditions.of(account, scoring.all(), staleAfter, now).stream(),
                                Stream.of(Conditions.of(findings)))
                        .toList(),
                findings);
    }
}
