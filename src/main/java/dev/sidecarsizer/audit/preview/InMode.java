package dev.sidecarsizer.audit.preview;

import dev.sidecarsizer.admission.Judge;
import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.sizing.Surroundings;
import java.util.Optional;

/** What surrounds a workload, but for the mode of its namespace. */
public record InMode(Mode mode, Surroundings.Source rest) implements Surroundings.Source {

    /** {@code judge}, for whom all namespaces are in {@code mode}, as far as the installation may go. */
    public static Judge judge(Mode mode, Judge judge) {
        return new Judge(judge.profiles(), judge.policies(), new InMode(mode, judge.surroundings()), judge.cap());
    }

    @Override
    public Optional<Mode> mode(String namespace) {
        return Optional.of(mode);
    }

    @Override
    public Surroundings of(WorkloadKey workload) {
        return rest.of(workload);
    }
}
