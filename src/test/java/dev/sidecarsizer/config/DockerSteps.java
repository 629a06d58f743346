package dev.sidecarsizer.config;

import dev.sidecarsizer.cluster.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/**
 * The steps of a Dockerfile, taken without Docker: a stage is a folder, which stands for its {@code WORKDIR}. What a
 * stage takes from another, or from the tree, is copied with its times, and {@code RUN} runs there.
 */
final class DockerSteps {

    private final Path root;
    private final Map<String, String> environment = new HashMap<>();
    private List<String> entrypoint = List.of();
    private String user = "";
    private Path stage = Path.of("");

    private DockerSteps(Path root) {
        this.root = root;
    }

    /**
     * Takes all steps but those of the stage {@code made}, which a build has done already.
     *
     * @param root where the folders of the stages are made; that of {@code made} is there
     */
    static DockerSteps take(Path dockerfile, Path root, String made) throws IOException {
        DockerSteps steps = new DockerSteps(root);
        for (String instruction : instructions(dockerfile)) {
            String[] words = instruction.split("\\s+", 2);
            if (words[0].equals("FROM") || !steps.stage.endsWith(made)) {
                steps.take(words[0], words[1]);
            }
        }
        return steps;
    }

    /** The folder of the last stage. */
    Path folder() {
        return stage;
    }

    /** What runs there. */
    List<String> entrypoint() {
        return entrypoint;
    }

    /** With which variables. */
    Map<String, String> environment() {
        return environment;
    }

    /** As whom. */
    String user() {
        return user;
    }

    private void take(String instruction, String rest) throws IOException {
        switch (instruction) {
            case "FROM" -> from(rest.split("\\s+"));
            case "COPY" -> copy(rest.split("\\s+"));
            case "RUN" ->
                new Command(
                                List.of(
                                        "sh",
                                        "-c",
                                        "PATH=" + Path.of(WebhookProcess.JAVA).getParent() + ":$PATH; " + rest),
                                stage)
                        .run()
                        .orThrow();
            case "ENV" -> environment.put(rest.split("=", 2)[0], rest.split("=", 2)[1]);
            case "USER" -> user = rest;
            case "ENTRYPOINT" -> entrypoint = List.of(JsonMapper.shared().readValue(rest, String[].class));
            case "WORKDIR", "EXPOSE", "LABEL" -> {}
            default -> throw new IllegalStateException("a step that we do not know: " + instruction + " " + rest);
        }
    }

    /** {@code FROM base AS name}; a base that is no stage of ours is an image, and stands for an empty folder. */
    private void from(String[] words) throws IOException {
        Path base = root.resolve(words[0].replace(':', '_').replace('/', '_'));
        stage = root.resolve(words.length == 3 ? words[2] : "last");
        Files.createDirectories(stage);
        environment.clear();
        if (Files.isDirectory(base)) {
            copy(base, stage);
        }
    }

    /** {@code COPY [--from=stage] source... destination}. */
    private void copy(String[] words) throws IOException {
        List<String> paths = new ArrayList<>(List.of(words));
        Path from = Path.of("");
        if (paths.getFirst().startsWith("--from=")) {
            from = root.resolve(paths.removeFirst().substring("--from=".length()));
        }
        String destination = paths.removeLast();
        for (String path : paths) {
            // a stage's WORKDIR is its folder
            Path source = from.resolve(path.replaceFirst("^/(app|src)/", ""));
            Path target = stage.resolve(destination);
            copy(
                    source,
                    destination.endsWith("/")
                            ? target.resolve(source.getFileName()).normalize()
                            : target);
        }
    }

    private static void copy(Path source, Path target) throws IOException {
        List<Path> all;
        try (Stream<Path> found = Files.walk(source)) {
            all = found.toList();
        }
        for (Path file : all) {
            Path copy = target.resolve(source.relativize(file).toString());
            if (Files.readAttributes(file, BasicFileAttributes.class).isDirectory()) {
                Files.createDirectories(copy);
            } else {
                Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /** One instruction each, continued lines joined, comments left out. */
    private static List<String> instructions(Path dockerfile) throws IOException {
        String text =
                Files.readString(dockerfile).replaceAll("(?m)^\\s*#.*\n", "").replaceAll("\\\\\n\\s*", "");
        return text.lines().filter(line -> !line.isBlank()).toList();
    }
}
