package dev.sidecarsizer.cluster;

/** What the API server writes into its audit log: who created which pod, with the annotations of admission webhooks. */
final class AuditPolicy {

    static final String PODS =
            """
            apiVersion: audit.k8s.io/v1
            kind: Policy
            omitStages: [RequestReceived]
            rules:
              - level: Metadata
                verbs: [create]
                resources:
                  - group: ""
                    resources: [pods]
              - level: None
            """;

    private AuditPolicy() {}
}
