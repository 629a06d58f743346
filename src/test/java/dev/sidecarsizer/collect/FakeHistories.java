package dev.sidecarsizer.collect;

import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Histories;
import dev.sidecarsizer.profile.Learnt;
import dev.sidecarsizer.profile.ProxyFacts;
import dev.sidecarsizer.profile.Subject;
import dev.sidecarsizer.profile.Subject.OfWorkload;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/** Histories in memory. */
final class FakeHistories implements Histories {

    final Map<Subject, Learnt> kept = new ConcurrentHashMap<>();
    final List<String> told = new CopyOnWriteArrayList<>();
    /** What each of the next writes of a workload fails with. */
    final Queue<RuntimeException> failures = new ConcurrentLinkedQueue<>();

    /** Is told of each that is forgotten. */
    volatile Runnable atForgetting = () -> {};

    @Override
    public void read(Kept into) {
        kept.forEach((subject, learnt) ->
                into.take(subject, learnt.history(), learnt.guarded().trial()));
    }

    @Override
    public void readFacts(Shown into) {
        kept.forEach((subject, learnt) -> into.take(
                subject,
                ProxyFacts.UNKNOWN.with(learnt.facts().traffic()),
                learnt.autoscalers(),
                learnt.guarded().rollout(),
                learnt.running().kept() + learnt.running().earlier()));
    }

    @Override
    public void write(Learnt learnt) {
        RuntimeException failure = learnt.subject() instanceof OfWorkload ? failures.poll() : null;
        if (failure != null) {
            throw failure;
        }
        kept.put(learnt.subject(), learnt);
    }

    @Override
    public void forget(Subject subject) {
        kept.remove(subject);
        atForgetting.run();
    }

    @Override
    public void tell(WorkloadKey workload, Learnt.Owner owner, String reason, String message) {
        told.add(reason + ": " + message);
    }
}
