{{- /* The labels of every object; the component is the argument's second part: list $ "webhook". */ -}}
{{- define "sidecar-sizer.labels" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: sidecar-sizer
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
app.kubernetes.io/part-of: sidecar-sizer
{{- end }}

{{- define "sidecar-sizer.selector" -}}
app.kubernetes.io/name: sidecar-sizer
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: webhook
{{- end }}

{{- define "sidecar-sizer.webhookAnnotations" -}}
{{- $annotations := deepCopy .Values.webhookAnnotations -}}
{{- if eq .Values.certificate.owner "cert-manager" -}}
{{- $_ := set $annotations "cert-manager.io/inject-ca-from" (printf "%s/sidecar-sizer" .Release.Namespace) -}}
{{- end -}}
{{- with $annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "sidecar-sizer.webhook" -}}
{{- $root := index . 0 -}}
{{- $mode := index . 1 -}}
{{- $path := index . 2 -}}
name: {{ $path }}.sidecar-sizer.dev
clientConfig:
  service:
    name: sidecar-sizer
    namespace: {{ $root.Release.Namespace }}
    path: /{{ $path }}
    port: 8443
admissionReviewVersions: [v1]
failurePolicy: Ignore
timeoutSeconds: 2
sideEffects: None
matchPolicy: Equivalent
namespaceSelector:
  matchExpressions:
    - key: sidecar-sizer.dev/mode
      operator: In
      values: [{{ $mode }}]
    - key: kubernetes.io/metadata.name
      operator: NotIn
      values: {{ toJson (append $root.Values.excludedNamespaces $root.Release.Namespace) }}
rules:
  - apiGroups: [""]
    apiVersions: [v1]
    operations: [CREATE]
    resources: [pods]
    scope: Namespaced
{{- end }}
