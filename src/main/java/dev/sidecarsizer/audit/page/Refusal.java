package dev.sidecarsizer.audit.page;

import tools.jackson.databind.json.JsonMapper;

/**
 * What those read who may not see the page.
 *
 * @param namespace where we run
 */
record Refusal(String namespace) {

    String html() {
        return """
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="color-scheme" content="light dark">
                <meta name="viewport" content="width=device-width">
                <title>The audit page is shown through kubectl</title>
                </head>
                <body>
                <main>
                <h1>The audit page is shown through kubectl</h1>
                <p>It answers on the loopback address of its pod only. On your own machine, run</p>
                <pre>%s</pre>
                <p>and open <code>http://localhost:8080/audit/</code>. This takes the right to create
                <code>pods/portforward</code> in namespace <code>%s</code>. Metrics and probes are answered as before.</p>
                </main>
                </body>
                </html>
                """
                .formatted(command(), namespace);
    }

    String json() {
        return JsonMapper.shared()
                .createObjectNode()
                .put("error", "The audit page answers on its pod's loopback address only. Run: " + command())
                .toString();
    }

    private String command() {
        return "kubectl -n " + namespace + " port-forward deploy/sidecar-sizer 8080";
    }
}
