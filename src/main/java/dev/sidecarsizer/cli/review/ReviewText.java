package dev.sidecarsizer.cli.review;

import dev.sidecarsizer.admission.Judgement;
import dev.sidecarsizer.audit.preview.Meanings;
import dev.sidecarsizer.audit.preview.Meanings.Meaning;
import dev.sidecarsizer.audit.preview.Sized;
import dev.sidecarsizer.cli.Ink;
import dev.sidecarsizer.cli.Submitted;
import dev.sidecarsizer.cli.Written;
import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.sizing.Decision.Keep;
import dev.sidecarsizer.sizing.Decision.Reason;
import dev.sidecarsizer.sizing.Decision.Resize;
import tools.jackson.databind.JsonNode;

/** One pod's review for people: what is decided in a line or two, then the pod before and after as a diff. */
record ReviewText(Ink ink) {

    private static final int LONGEST_LINE = 120;
    private static final String INJECT =
            "  It is not injected yet. Inject it first: istioctl kube-inject -f FILE | sidecar-sizer review -f -\n";

    String of(Submitted pod, Judgement judgement) {
        String head = ink.bold(Written.printable(pod.name())) + ": ";
        String decided = judgement.decision() instanceof Resize resize
                ? resized(resize, pod, judgement)
                : kept((Keep) judgement.decision(), pod);
        return head + decided + diff(pod, judgement);
    }

    private String resized(Resize resize, Submitted pod, Judgement judgement) {
        String beside =
                Sized.by(judgement, pod.review().object()).map(Sized::beside).orElse("");
        String line = "istio-proxy " + resize.before() + " -> " + resize.after() + ", " + resize.reason()
                + (beside.isEmpty() ? "" : "; " + beside) + "\n";
        if (judgement.mode() != Mode.ENFORCE) {
            return line + "  In mode " + judgement.mode() + " this is only recorded: --mode enforce shows the patch.\n";
        }
        return judgement.operations().isEmpty() ? line + "  The pod has all of it already.\n" : line;
    }

    private static String kept(Keep keep, Submitted pod) {
        Meaning meaning = Meanings.of(keep);
        String why = keep.detail().isEmpty() ? meaning.means() : Written.printable(keep.detail());
        boolean template = keep.why() == Reason.NO_PROXY && !pod.injected();
        return "stays as it is, " + keep.reason() + "\n  " + why + ".\n"
                + (template ? INJECT : "  " + meaning.remedy() + ".\n");
    }

    private String diff(Submitted pod, Judgement judgement) {
        if (judgement.operations().isEmpty()) {
            return "";
        }
        JsonNode before = pod.review().object();
        StringBuilder lines = new StringBuilder();
        for (String line : LineDiff.of(
                Written.yaml(before).lines().toList(),
                Written.yaml(Sized.patched(before, judgement.operations()))
                        .lines()
                        .toList())) {
            lines.append(coloured(cut(Written.printable(line)))).append('\n');
        }
        return lines.toString();
    }

    private String coloured(String line) {
        return switch (line.charAt(0)) {
            case '+' -> ink.green(line);
            case '-' -> ink.red(line);
            case '@' -> ink.faint(line);
            default -> line;
        };
    }

    /** Our override is one line of a thousand characters; who wants all of it asks for JSON or YAML. */
    private static String cut(String line) {
        return line.length() <= LONGEST_LINE
                ? line
                : line.substring(0, LONGEST_LINE) + "… (" + (line.length() - LONGEST_LINE) + " more)";
    }
}
