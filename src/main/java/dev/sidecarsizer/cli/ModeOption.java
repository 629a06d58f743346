package dev.sidecarsizer.cli;

import dev.sidecarsizer.admission.Judge;
import dev.sidecarsizer.audit.preview.InMode;
import dev.sidecarsizer.mesh.Mode;
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
        return mode == null ? judge : InMode.judge(mode, judge);
    }
}
