{{/* {object: {key: value}} for every Secret of the contract. Made once for each rendering: a password that is made here must be the same everywhere. */}}
{{- define "praetor.secretValues" -}}
{{- include "praetor.refuseValues" . -}}
{{- $entries := (include "praetor.entries" .  | fromJson).entries -}}
{{- $derives := dict -}}
{{- range $entries -}}
{{- if not (dig .object .key "" $.Values.appSecrets) -}}{{- $_ := set $derives .kind true -}}{{- $_ := set $derives (.user | default "") true -}}{{- end -}}
{{- end -}}
{{- $service := "" -}}
{{- $super := "" -}}
{{- if or $derives.password $derives.service -}}
{{- $service = include "praetor.servicePassword" (dict "root" . "entries" $entries) -}}
{{- end -}}
{{- if $derives.super -}}
{{- $super = include "praetor.superPassword" (dict "root" . "entries" $entries) -}}
{{- end -}}
{{- $logins := dict
  "service" (printf "%s:%s" (include "praetor.percentEncode" .Values.serviceUser) (include "praetor.percentEncode" $service))
  "super" (printf "%s:%s" (include "praetor.percentEncode" .Values.superUser) $super) -}}
{{- $values := dict -}}
{{- range $entries -}}
{{- $value := dig .object .key "" $.Values.appSecrets -}}
{{- if $value -}}
{{- else if eq .kind "connection" -}}
{{- $server := include "praetor.server" (dict "root" $ "server" .server "instance" .instance) -}}
{{- $value = printf "%s://%s@%s/%s" .scheme (index $logins .user) $server .database -}}
{{- else if eq .kind "password" -}}
{{- $value = $service -}}
{{- else if eq .kind "keyring" -}}
{{- $value = include "praetor.keyring" (dict "root" $ "object" .object "key" .key "path" .value) -}}
{{- else -}}
{{- $value = include "praetor.valueAt" (dict "root" $ "path" .value) -}}
{{- if and (eq .kind "redis") (not $value) -}}{{- $value = $.Values.redis.password -}}{{- end -}}
{{- end -}}
{{- $_ := set $values .object (merge (dict .key $value) (index $values .object | default dict)) -}}
{{- end -}}
{{- $values | toJson -}}
{{- end -}}

{{/* The text at a place of the values, empty where there is none. Takes root and path. */}}
{{- define "praetor.valueAt" -}}
{{- $at := .root.Values | toJson | fromJson -}}
{{- range .path -}}
{{- $at = index ($at | default dict) . -}}
{{- end -}}
{{- $at | default "" -}}
{{- end -}}
