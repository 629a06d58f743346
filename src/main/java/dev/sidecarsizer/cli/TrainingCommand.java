package dev.sidecarsizer.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code sidecar-sizer training}: runs what is asked most, once, so that Java learns which classes that takes. {@code
 * kubectl-sidecar_sizer} makes its AOT cache of it. Asks no cluster, and says nothing.
 */
@Command(name = "training", hidden = true, description = "Runs what is asked most, for an AOT cache.")
final class TrainingCommand implements Callable<Integer> {

    private static final String MESH =
            """
            apiVersion: sidecar-sizer.dev/v1alpha1
            kind: SidecarProfile
            metadata: {name: deployment-reviews, namespace: shop}
            spec: {workload: {apiVersion: apps/v1, kind: Deployment, name: reviews}}
            status:
              recommendation: {memoryRequest: 96Mi, memoryLimit: 192Mi, idleTimeout: 300s}
              observed: {pods: 3, days: 14, samples: 48384, p50: 61Mi, p90: 78Mi, p99: 120Mi, peak: 151Mi, live: 66Mi, oomKills: 0}
              proxy: {version: "1.31.0", concurrency: 2, rawTcp: false}
              conditions: [{type: Ready, status: "True", reason: EnoughHistory, message: "14 days, 3 pods"}]
              findings: [{kind: NearLimit, size: 8Mi, confidence: Measured, message: near, evidence: [], fix: none}]
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: reviews, namespace: shop}
            spec:
              template:
                metadata: {labels: {app: reviews}}
                spec:
                  containers:
                  - {name: reviews, image: reviews}
                  - name: istio-proxy
                    image: istio/proxyv2:1.31.0
                    args: [proxy, sidecar]
                    resources: {requests: {memory: 128Mi}, limits: {memory: 1Gi}}
            """;

    private static final String NOWHERE =
            """
            apiVersion: v1
            kind: Config
            clusters: [{name: nowhere, cluster: {server: "https://127.0.0.1:1"}}]
            users: [{name: nobody, user: {token: none}}]
            contexts: [{name: training, context: {cluster: nowhere, user: nobody}}]
            current-context: training
            """;

    @Parameters(paramLabel = "DIR", description = "Into which is written what commands need.")
    private Path folder = Path.of("");

    @Override
    public Integer call() throws IOException {
        PrintWriter nobody = new PrintWriter(Writer.nullWriter());
        for (List<String> command : commands(folder)) {
            Cli.run(nobody, nobody, command.toArray(String[]::new));
        }
        return CommandLine.ExitCode.OK;
    }

    /** Each ends well but the last, which finds nobody who answers. */
    static List<List<String>> commands(Path folder) throws IOException {
        String mesh = Files.createDirectories(folder.resolve("mesh")).toString();
        String file = Files.writeString(Path.of(mesh, "mesh.yaml"), MESH).toString();
        String nowhere =
                Files.writeString(folder.resolve("kubeconfig"), NOWHERE).toString();
        return List.of(
                List.of("--help"),
                List.of("review", "-f", file, "--profiles", mesh),
                List.of("explain", "shop/reviews", "--profiles", mesh),
                List.of("status", "-A", "--profiles", mesh),
                List.of("advise", "-A", "-o", "yaml", "--profiles", mesh),
                List.of("status", "-A", "-o", "json", "--kubeconfig", nowhere));
    }
}
