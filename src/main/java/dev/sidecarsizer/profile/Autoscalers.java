package dev.sidecarsizer.profile;

import dev.sidecarsizer.mesh.WorkloadKey;
import java.util.List;

/** The port through which the leader asks who else resizes or scales a workload. Answers come from memory. */
public interface Autoscalers {

    /** Those that name the workload, horizontal ones first, by name. */
    List<Autoscaler> over(WorkloadKey workload);
}
