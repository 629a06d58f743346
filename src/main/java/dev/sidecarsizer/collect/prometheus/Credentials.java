package dev.sidecarsizer.collect.prometheus;

import dev.sidecarsizer.collect.SourceFailed;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.http.HttpHeaders;

/** What a query carries to be let in. Secrets are read from their files for each: they may be replaced any time. */
final class Credentials {

    private static final int LONGEST_SECRET = 1 << 16;

    private final PrometheusSettings.Access access;

    Credentials(PrometheusSettings.Access access) {
        this.access = access;
    }

    /**
     * Adds them, and the headers that were asked for.
     *
     * @throws SourceFailed where a secret cannot be read
     */
    void sign(HttpHeaders headers) {
        access.headers().forEach(headers::set);
        Path token = access.tokenFile();
        if (token != null) {
            headers.setBearerAuth(secret("access.token-file", token));
        }
        String user = access.user();
        Path password = access.passwordFile();
        if (user != null && password != null) {
            headers.setBasicAuth(user, secret("access.password-file", password), StandardCharsets.UTF_8);
        }
    }

    private static String secret(String property, Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            String text = new String(in.readNBytes(LONGEST_SECRET), StandardCharsets.UTF_8).strip();
            if (!text.isEmpty() && text.chars().noneMatch(Character::isISOControl)) {
                return text;
            }
            throw new SourceFailed(
                    PrometheusSettings.PREFIX + property + " " + file
                            + ": must hold one line, and is empty or has more",
                    false);
        } catch (IOException unreadable) {
            throw new SourceFailed(
                    PrometheusSettings.PREFIX + property + " " + file + ": cannot be read (" + unreadable
                            + "); mount the file, or name another",
                    false,
                    unreadable);
        }
    }
}
