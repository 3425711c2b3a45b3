{{/* The projection of the topology. Templates that include these get text, so lists come as JSON. */}}
{{- define "praetor.contract" -}}
{{- .Files.Get "files/contract.yaml" | fromYaml | toJson -}}
{{- end -}}

{{/* {entries: [...]} of the contract in force. */}}
{{- define "praetor.entries" -}}
{{- $entries := list -}}
{{- range (include "praetor.contract" . | fromJson).entries -}}
{{- if or (eq $.Values.contract "praetor") (not .addition) -}}
{{- $entries = append $entries . -}}
{{- end -}}
{{- end -}}
{{- dict "entries" $entries | toJson -}}
{{- end -}}

{{/* {objects: [...]}: the names of the Secrets, each once. */}}
{{- define "praetor.objects" -}}
{{- $objects := list -}}
{{- range (include "praetor.entries" . | fromJson).entries -}}
{{- $objects = append $objects .object -}}
{{- end -}}
{{- dict "objects" (uniq $objects) | toJson -}}
{{- end -}}
