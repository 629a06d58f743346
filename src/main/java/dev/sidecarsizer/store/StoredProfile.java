package dev.sidecarsizer.store;

import dev.sidecarsizer.profile.Autoscaler;
import dev.sidecarsizer.profile.MemoryProfile;
import dev.sidecarsizer.profile.ProxyFacts;
import dev.sidecarsizer.profile.Subject;
import dev.sidecarsizer.store.Typed.Unreadable;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A profile for people: beside what sizing reads of it, all that was measured and decided.
 *
 * @param subject what it speaks for
 * @param profile as sizing reads it, its fault included
 * @param status as it is stored; empty fields where there is none that can be read
 */
public record StoredProfile(Subject subject, MemoryProfile profile, SidecarProfile.Status status) {

    private static final SidecarProfile.Status NOTHING =
            new SidecarProfile.Status(null, null, null, null, null, null, null, null, null, null, null, null);

    /** The namespace that it stands in. */
    public String namespace() {
        return profile.name().substring(0, Math.max(0, profile.name().indexOf('/')));
    }

    public List<SidecarProfile.Condition> conditions() {
        return present(status.conditions());
    }

    /** What the leader knew of the proxy when it wrote this, so far as no look tells it again. */
    ProxyFacts lastingFacts() {
        Boolean rawTcp = status.proxy() == null ? null : status.proxy().rawTcp();
        List<String> destinations =
                status.facts() == null ? List.of() : present(status.facts().destinations());
        return ProxyFacts.lasting(rawTcp, destinations);
    }

    /** Who else resizes or scales the workload, as it was known when this was written. */
    public List<Autoscaler> autoscalers() {
        return autoscalers(status);
    }

    /** The same, of a profile's status alone. */
    public static List<Autoscaler> autoscalers(SidecarProfile.Status status) {
        return AutoscalersStatus.read(present(status.autoscalers()));
    }

    /** Pods that ran and were not sized, and were not missed. */
    int leftAlone() {
        SidecarProfile.Running running = status.running();
        return running == null ? 0 : count(running.kept()) + count(running.earlier());
    }

    private static int count(@Nullable Integer stored) {
        return stored == null ? 0 : Math.max(0, stored);
    }

    /** What admission decided for pods of the workload. */
    public List<SidecarProfile.Decision> decisions() {
        return present(status.decisions());
    }

    /** What {@code object} says; empty where it cannot be told what it speaks for. */
    static Optional<StoredProfile> of(StoredObject object, String ownNamespace) {
        try {
            ProfileReader.Read read = new ProfileReader(ownNamespace).read(object);
            return Optional.of(new StoredProfile(read.subject(), read.profile(), status(object)));
        } catch (Unreadable ofNobody) {
            return Optional.empty();
        }
    }

    private static SidecarProfile.Status status(StoredObject object) {
        try {
            return Objects.requireNonNullElse(
                    Typed.of("status", object.body().get("status"), SidecarProfile.Status.class), NOTHING);
        } catch (Unreadable fault) {
            // the profile has it as its fault
            return NOTHING;
        }
    }

    /** A stranger may write nulls into a list. */
    public static <T> List<T> present(@Nullable List<@Nullable T> list) {
        return list == null
                ? List.of()
                : list.stream()
                        .flatMap(one -> Optional.ofNullable(one).stream())
                        .toList();
    }
}
