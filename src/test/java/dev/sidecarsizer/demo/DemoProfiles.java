package dev.sidecarsizer.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

/** What is known of the demo's workloads: {@code src/test/resources/demo/profiles.yaml}, as of now. */
public final class DemoProfiles {

    private DemoProfiles() {}

    /** The profiles and the policy, as YAML, of workloads in this namespace. */
    public static String in(String namespace) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        try (InputStream file = Objects.requireNonNull(DemoProfiles.class.getResourceAsStream("/demo/profiles.yaml"))) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("${namespace}", namespace)
                    .replace("${seen}", now.toString())
                    .replace(
                            "${today}", LocalDate.ofInstant(now, ZoneOffset.UTC).toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
