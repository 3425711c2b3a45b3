{{/*
The Pod of a Job: one container under the restricted profile. Takes root, name, args and the lists env, volumes and mounts.
*/}}
{{- define "praetor.podTemplate" -}}
{{- $values := .root.Values -}}
metadata:
  labels:
    {{- include "praetor.labels" .root | nindent 4 }}
    app.kubernetes.io/component: {{ .name }}
    {{- with $values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with $values.podAnnotations }}
  annotations: {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  restartPolicy: Never
  automountServiceAccountToken: false
  enableServiceLinks: false
  {{- with $values.serviceAccountName }}
  serviceAccountName: {{ . }}
  {{- end }}
  {{- with $values.imagePullSecrets }}
  imagePullSecrets: {{- toYaml . | nindent 4 }}
  {{- end }}
  securityContext:
    runAsNonRoot: true
    runAsUser: {{ int $values.runAsUser }}
    runAsGroup: {{ int $values.runAsUser }}
    fsGroup: {{ int $values.runAsUser }}
    seccompProfile: {type: RuntimeDefault}
  containers:
    - name: {{ .name }}
      image: {{ include "praetor.image" .root | quote }}
      imagePullPolicy: {{ $values.image.pullPolicy }}
      args: {{- toYaml .args | nindent 8 }}
      {{- with .env }}
      env: {{- toYaml . | nindent 8 }}
      {{- end }}
      # What went wrong is then shown by `kubectl describe pod`, too.
      terminationMessagePolicy: FallbackToLogsOnError
      resources: {{- toYaml $values.jobs.resources | nindent 8 }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities: {drop: [ALL]}
      volumeMounts:
        - {name: tmp, mountPath: /tmp}
        {{- with .mounts }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
  volumes:
    - {name: tmp, emptyDir: {}}
    {{- with .volumes }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with $values.nodeSelector }}
  nodeSelector: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.tolerations }}
  tolerations: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.affinity }}
  affinity: {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}

{{/* A Job that runs before an installation or upgrade. Takes what the Pod takes, and weight. */}}
{{- define "praetor.hookJob" -}}
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .root.Release.Name }}-{{ .name }}
  namespace: {{ .root.Release.Namespace }}
  labels: {{- include "praetor.labels" .root | nindent 4 }}
  annotations:
    helm.sh/hook: pre-install,pre-upgrade
    helm.sh/hook-weight: {{ .weight | quote }}
    # One that failed stays, so that it can be read.
    helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
    # Newer Helm prints what a Job that failed had to say.
    helm.sh/hook-output-log-policy: hook-failed
spec:
  backoffLimit: {{ .backoffLimit }}
  activeDeadlineSeconds: {{ int .root.Values.jobs.activeDeadlineSeconds }}
  template: {{- include "praetor.podTemplate" . | nindent 4 }}
{{- end -}}
