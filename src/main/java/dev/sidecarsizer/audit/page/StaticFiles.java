package dev.sidecarsizer.audit.page;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The files of the page: those of the jar's folder {@code audit}, and none else. A page is {@code NAME.html} there and
 * {@code NAME} to a browser.
 */
final class StaticFiles {

    private static final String FOLDER = "/audit/";

    /** No name begins with a dot, so none leads out of the folder. */
    private static final Pattern PATH = Pattern.compile(
            "(?:[A-Za-z0-9][A-Za-z0-9_.-]*/){0,4}[A-Za-z0-9][A-Za-z0-9_-]*(?:\\.[A-Za-z0-9_-]+)*?\\.([a-z0-9]+)");

    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("html", "text/html; charset=utf-8"),
            Map.entry("css", "text/css; charset=utf-8"),
            Map.entry("js", "text/javascript; charset=utf-8"),
            Map.entry("mjs", "text/javascript; charset=utf-8"),
            Map.entry("json", "application/json"),
            Map.entry("txt", "text/plain; charset=utf-8"),
            Map.entry("svg", "image/svg+xml"),
            Map.entry("png", "image/png"),
            Map.entry("woff2", "font/woff2"));

    private static final String OURS = "$NAMESPACE";

    private final Map<String, StaticFile> read = new ConcurrentHashMap<>();
    private final String namespace;

    /** @param namespace our own, which pages are told */
    StaticFiles(String namespace) {
        this.namespace = namespace;
    }

    /**
     * The file behind {@code path}, which follows {@code /audit/}.
     *
     * @throws IOException where it is there and cannot be read
     */
    Optional<StaticFile> find(String path) throws IOException {
        String name = path.isEmpty() ? "index.html" : path.indexOf('.') < 0 ? path + ".html" : path;
        StaticFile known = read.get(name);
        return known != null ? Optional.of(known) : Optional.ofNullable(load(name));
    }

    private @Nullable StaticFile load(String name) throws IOException {
        Matcher path = PATH.matcher(name);
        String type = path.matches() ? TYPES.get(path.group(1)) : null;
        URL found = type == null ? null : StaticFiles.class.getResource(FOLDER + name);
        if (type == null || found == null) {
            return null;
        }
        try (InputStream in = found.openStream()) {
            byte[] content = in.readAllBytes();
            StaticFile file = StaticFile.of(type, name.endsWith(".html") ? told(content) : content);
            // from a folder of classes they are read anew each time: somebody is working on them
            if (!"file".equals(found.getProtocol())) {
                read.put(name, file);
            }
            return file;
        }
    }

    private byte[] told(byte[] page) {
        return new String(page, StandardCharsets.UTF_8).replace(OURS, namespace).getBytes(StandardCharsets.UTF_8);
    }
}
