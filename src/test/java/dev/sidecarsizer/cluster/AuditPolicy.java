package dev.sidecarsizer.cluster;

/**
 * What the API server writes into its audit log: who created which pod, with the annotations of admission webhooks, and
 * whatever the webhook's own ServiceAccount did.
 */
final class AuditPolicy {

    static final String YAML =
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
              - level: Metadata
                users: ["system:serviceaccount:sidecar-sizer-system:sidecar-sizer"]
              - level: None
            """;

    private AuditPolicy() {}
}
