{{/*
{env: [...]}: what a reader is given of the contract, by the variables that its program reads. Takes root, reader, and pending: whether
it runs before the Secrets are there.
*/}}
{{- define "praetor.environment" -}}
{{- $env := list (dict "name" "PRAETOR_DATABASE_SERVICE_USER" "value" .root.Values.serviceUser) -}}
{{- $pending := and .pending .root.Values.createAppSecretsInChart -}}
{{- range (include "praetor.entries" .root | fromJson).entries -}}
{{- if and (has $.reader .readers) .variable -}}
{{- $reference := dict "name" .object "key" .key -}}
{{- if $pending -}}
{{- $reference = dict "name" (include "praetor.pending" $.root) "key" (printf "%s.%s" .object .key) -}}
{{- end -}}
{{- $env = append $env (dict "name" .variable "valueFrom" (dict "secretKeyRef" $reference)) -}}
{{- end -}}
{{- end -}}
{{- dict "env" $env | toJson -}}
{{- end -}}

{{/*
{volumes: [...], mounts: [...]}: every Secret as a folder of its name below /secrets, for the Jobs that look at all of them. One that is
missing is an empty folder and no obstacle: the Job says so.
*/}}
{{- define "praetor.secretFolders" -}}
{{- $volumes := list -}}
{{- $mounts := list -}}
{{- if .Values.createAppSecretsInChart -}}
{{- $items := list -}}
{{- range (include "praetor.entries" . | fromJson).entries -}}
{{- $items = append $items (dict "key" (printf "%s.%s" .object .key) "path" (printf "%s/%s" .object .key)) -}}
{{- end -}}
{{- $volumes = append $volumes (dict "name" "secrets" "secret" (dict "secretName" (include "praetor.pending" .) "items" $items "defaultMode" 288)) -}}
{{- $mounts = append $mounts (dict "name" "secrets" "mountPath" "/secrets" "readOnly" true) -}}
{{- else -}}
{{- range (include "praetor.objects" . | fromJson).objects -}}
{{- $optional := not $.Values.secretsStore.enabled -}}
{{- $volumes = append $volumes (dict "name" . "secret" (dict "secretName" . "optional" $optional "defaultMode" 288)) -}}
{{- $mounts = append $mounts (dict "name" . "mountPath" (printf "/secrets/%s" .) "readOnly" true) -}}
{{- end -}}
{{- end -}}
{{- dict "volumes" $volumes "mounts" $mounts | toJson -}}
{{- end -}}

{{/*
{volumes: [...], mounts: [...]}: the classes of the Secrets Store CSI driver, which makes a Secret while some Pod mounts its class.
*/}}
{{- define "praetor.secretsStore" -}}
{{- $volumes := list -}}
{{- $mounts := list -}}
{{- if .Values.secretsStore.enabled -}}
{{- range (include "praetor.objects" . | fromJson).objects -}}
{{- $name := printf "store-%s" . | trunc 63 -}}
{{- $class := index $.Values.secretsStore.classes . | default . -}}
{{- $csi := dict "driver" $.Values.secretsStore.driver "readOnly" true "volumeAttributes" (dict "secretProviderClass" $class) -}}
{{- $volumes = append $volumes (dict "name" $name "csi" $csi) -}}
{{- $mounts = append $mounts (dict "name" $name "mountPath" (printf "/store/%s" .) "readOnly" true) -}}
{{- end -}}
{{- end -}}
{{- dict "volumes" $volumes "mounts" $mounts | toJson -}}
{{- end -}}
