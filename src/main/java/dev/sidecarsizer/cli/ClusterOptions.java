package dev.sidecarsizer.cli;

import dev.sidecarsizer.store.ApiClient;
import dev.sidecarsizer.store.FolderStore;
import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Where to look, as kubectl has it; or a folder in place of a cluster. */
public final class ClusterOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAME",
            description = "The namespace that is meant. Default: the context's.")
    private @Nullable String namespace;

    @Option(
            names = "--profiles",
            paramLabel = "DIR",
            description = "Ask this folder of YAML with SidecarProfiles and SidecarPolicies, and no cluster.")
    private @Nullable Path profiles;

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description = "The kubeconfig. Default: as $$KUBECONFIG says, else ~/.kube/config.")
    private @Nullable Path kubeconfig;

    @Option(
            names = "--context",
            paramLabel = "NAME",
            description = "The kubeconfig's context. Default: its current one.")
    private @Nullable String context;

    @Option(
            names = "--system-namespace",
            paramLabel = "NAME",
            defaultValue = "sidecar-sizer-system",
            description = "Where policies and priors of the mesh are. Default: ${DEFAULT-VALUE}.")
    private String systemNamespace = "";

    /** The namespace that was named. */
    public Optional<String> namespace() {
        return Optional.ofNullable(namespace);
    }

    /**
     * Begins to ask. Connects to nothing yet.
     *
     * @throws CommandFailed where folder or kubeconfig cannot be read
     */
    public Knowledge open() throws CommandFailed {
        Path folder = profiles;
        return folder == null ? cluster() : folder(folder);
    }

    private Knowledge folder(Path folder) throws CommandFailed {
        try {
            FolderStore store = FolderStore.read(folder, systemNamespace, this::problem);
            return new FolderKnowledge(store, namespace().orElse("default"));
        } catch (IllegalArgumentException unreadable) {
            String said = String.valueOf(unreadable.getMessage());
            throw new CommandFailed(said.replace("sidecar-sizer.profiles.directory", "--profiles"), unreadable);
        }
    }

    private Knowledge cluster() throws CommandFailed {
        Config config = config();
        checkContext(config);
        if (namespace != null) {
            config = new ConfigBuilder(config).withNamespace(namespace).build();
        }
        return new ClusterKnowledge(ApiClient.of(config), systemNamespace, this::problem);
    }

    private Config config() throws CommandFailed {
        Path file = kubeconfig;
        if (file == null) {
            Config config = Config.autoConfigure(context);
            if (config.getContexts().isEmpty() && System.getenv("KUBERNETES_SERVICE_HOST") == null) {
                throw new CommandFailed("no kubeconfig is there: name one with --kubeconfig FILE, or a folder with"
                        + " --profiles DIR");
            }
            return config;
        }
        try {
            return Config.fromKubeconfig(context, file.toFile());
        } catch (KubernetesClientException unreadable) {
            throw new CommandFailed("--kubeconfig " + file + ": " + ClusterKnowledge.said(unreadable), unreadable);
        } catch (IllegalArgumentException | YamlEngineException unreadable) {
            throw new CommandFailed("--kubeconfig " + file + " cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }

    private void checkContext(Config config) throws CommandFailed {
        List<String> names =
                config.getContexts().stream().map(NamedContext::getName).toList();
        if (context != null && !names.contains(context)) {
            throw new CommandFailed("--context " + context + " is not in the kubeconfig, which has " + names);
        }
    }

    private void problem(String line) {
        Cli.say(command.commandLine(), line);
    }
}
