package dev.sidecarsizer.cli;

import dev.sidecarsizer.admission.Judge;
import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.sizing.Surroundings;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What would be, were the namespaces in another mode than they are. */
public final class ModeOption {

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            description = "As if the namespaces were labelled so: enforce, audit or off. Default: as they are.")
    private @Nullable Mode mode;

    /** {@code judge}, for whom all namespaces are in the mode that was named; as it is where none was. */
    public Judge over(Judge judge) {
        return mode == null
                ? judge
                : new Judge(judge.profiles(), judge.policies(), new InMode(mode, judge.surroundings()), judge.cap());
    }

    /** What surrounds a workload, but for the mode of its namespace. */
    private record InMode(Mode mode, Surroundings.Source rest) implements Surroundings.Source {

        @Override
        public Optional<Mode> mode(String namespace) {
            return Optional.of(mode);
        }

        @Override
        public Surroundings of(WorkloadKey workload) {
            return rest.of(workload);
        }
    }
}
