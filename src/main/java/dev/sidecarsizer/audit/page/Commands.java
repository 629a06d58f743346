package dev.sidecarsizer.audit.page;

import dev.sidecarsizer.audit.board.Row;
import dev.sidecarsizer.mesh.WorkloadKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Lines for a shell, for whoever wants to look closer or to act. */
final class Commands {

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/=-]*");

    private Commands() {}

    /**
     * A line.
     *
     * @param what it does
     */
    record Command(String what, String line) {}

    static List<Command> of(Row row) {
        WorkloadKey workload = row.status().workload();
        String namespace = quoted(workload.namespace());
        String profile = quoted(row.object().substring(row.object().indexOf('/') + 1));
        String named = quoted(workload.kind() + "/" + workload.name());
        List<Command> commands = new ArrayList<>();
        commands.add(new Command(
                "The profile, as it is stored",
                "kubectl -n " + namespace + " get sidecarprofile " + profile + " -o yaml"));
        commands.add(new Command(
                "Why the next pod gets what it gets, rule by rule",
                "kubectl sidecar-sizer explain -n " + namespace + " " + named));
        commands.add(new Command(
                "What makes its proxies large, as YAML to read and apply",
                "kubectl sidecar-sizer advise -n " + namespace + " -o yaml"));
        if (workload.group().equals("apps") && workload.canBeRestarted()) {
            commands.add(new Command(
                    "New pods now, each sized as it is created",
                    "kubectl -n " + namespace + " rollout restart " + quoted(resource(workload))));
            commands.add(
                    new Command(
                            "Never size this workload: its pods are left out from the next rollout on",
                            "kubectl -n " + namespace + " patch " + quoted(resource(workload)) + " --type merge -p"
                                    + " '{\"spec\":{\"template\":{\"metadata\":{\"labels\":{\"sidecar-sizer.dev/mode\":\"off\"}}}}}'"));
        }
        commands.add(new Command(
                "Size the pods of this namespace",
                "kubectl label namespace " + namespace + " sidecar-sizer.dev/mode=enforce --overwrite"));
        commands.add(new Command(
                "Only record what would become of them",
                "kubectl label namespace " + namespace + " sidecar-sizer.dev/mode=audit --overwrite"));
        return commands;
    }

    private static String resource(WorkloadKey workload) {
        return workload.kind().toLowerCase(Locale.ROOT) + "/" + workload.name();
    }

    /** A profile may name a workload in any way: what a shell would not take for a plain word is quoted. */
    static String quoted(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
