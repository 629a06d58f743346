package dev.sidecarsizer.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is served where: the webhook's port is reached by the whole cluster, the other by who watches us. */
@ExtendWith(SharedWebhook.class)
class PortsIT {

    @ParameterizedTest
    @ValueSource(strings = {"/livez", "/readyz"})
    void theProbesAreOnTheWebhooksPortAndTellNoMore(String probe, WebhookProcess webhook) throws IOException {
        assertThat(webhook.https().get(probe))
                .satisfies(answer -> assertThat(answer.status()).isEqualTo(200))
                .satisfies(answer -> assertThat(answer.body()).isEqualTo("{\"status\":\"UP\"}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/metrics", "/health", "/", "/actuator", "/env", "/error/x", "/mutate/x", "/prometheus"})
    void theWebhooksPortServesNothingElse(String path, WebhookProcess webhook) throws IOException {
        assertThat(webhook.https().get(path).status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/mutate", "/audit"})
    void reviewsArePostedAndNotAskedFor(String path, WebhookProcess webhook) throws IOException {
        assertThat(webhook.https().get(path).status()).isEqualTo(405);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/actuator",
                "/beans",
                "/caches",
                "/conditions",
                "/configprops",
                "/env",
                "/heapdump",
                "/info",
                "/loggers",
                "/mappings",
                "/scheduledtasks",
                "/shutdown",
                "/threaddump",
                "/prometheus"
            })
    void theManagementPortServesNothingElseOfActuators(String path, WebhookProcess webhook) throws IOException {
        assertThat(webhook.management().get(path).status()).isEqualTo(404);
    }

    @Test
    void theManagementPortLeadsToTheAuditPage(WebhookProcess webhook) throws IOException {
        assertThat(webhook.management().get("/").status()).isEqualTo(302);
        assertThat(webhook.management().get("/audit/").type()).startsWith("text/html");
    }

    @Test
    void theManagementPortServesHealthAndMetrics(WebhookProcess webhook) throws IOException {
        assertThat(webhook.management().get("/health").status()).isEqualTo(200);
        assertThat(webhook.management().get("/metrics").type()).startsWith("text/plain");
    }

    /** The page of this name can only be read. */
    @ParameterizedTest
    @CsvSource({"/mutate, 404", "/audit, 405"})
    void theManagementPortIsNoWebhook(String path, int status, WebhookProcess webhook) throws IOException {
        assertThat(webhook.management()
                        .post(path, "application/json", BodyPublishers.ofByteArray(Client.example()))
                        .status())
                .isEqualTo(status);
    }
}
