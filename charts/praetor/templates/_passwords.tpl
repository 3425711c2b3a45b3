{{/*
Whether this rendering can see the cluster. A list of any kind is an object there, be it empty, and nothing where rendering is
blind: `helm template`, `--dry-run=client`, most tools of GitOps.
*/}}
{{- define "praetor.sees" -}}
{{- if lookup "batch/v1" "CronJob" .Release.Namespace "" -}}true{{- end -}}
{{- end -}}

{{/*
What the cluster has for a key of the contract: in its Secret, or in what an installation that did not get to its end has left.
Takes root, object and key.
*/}}
{{- define "praetor.existing" -}}
{{- $namespace := .root.Release.Namespace -}}
{{- $own := (lookup "v1" "Secret" $namespace .object | default dict).data | default dict -}}
{{- $pending := (lookup "v1" "Secret" $namespace (include "praetor.pending" .root) | default dict).data | default dict -}}
{{- index $own .key | default (index $pending (printf "%s.%s" .object .key)) | default "" | b64dec -}}
{{- end -}}

{{/* Takes root and path: the place in the values. */}}
{{- define "praetor.refuseBlind" -}}
{{- if not (include "praetor.sees" .root) -}}
{{- fail (printf "%s is not given, and this rendering cannot see the cluster (helm template, --dry-run=client, a GitOps tool): a value made here would be another one at every rendering. Give it, or let `praetor secrets render values` write all of them once, or set createAppSecretsInChart to false and deliver the Secrets otherwise (docs/secrets.md)." .path) -}}
{{- end -}}
{{- end -}}

{{/* The service user's password, as it is: given, or what the cluster has, or made now. Takes root and entries. */}}
{{- define "praetor.servicePassword" -}}
{{- $password := .root.Values.passwords.serviceUser -}}
{{- range .entries -}}
{{- if and (eq .kind "password") (not $password) -}}
{{- $password = include "praetor.existing" (dict "root" $.root "object" .object "key" .key) -}}
{{- end -}}
{{- end -}}
{{- if not $password -}}
{{- include "praetor.refuseBlind" (dict "root" .root "path" "passwords.serviceUser") -}}
{{- $password = randAlphaNum 43 -}}
{{- end -}}
{{- $password -}}
{{- end -}}

{{/* The superuser's password, encoded: given, or what the cluster has. Takes root and entries. */}}
{{- define "praetor.superPassword" -}}
{{- $encoded := "" -}}
{{- if .root.Values.passwords.superUser -}}
{{- $encoded = include "praetor.percentEncode" .root.Values.passwords.superUser -}}
{{- end -}}
{{- range .entries -}}
{{- if and (eq (.user | default "") "super") (not $encoded) -}}
{{- $url := include "praetor.existing" (dict "root" $.root "object" .object "key" .key) -}}
{{- $encoded = regexFind ":[^:@/]+@" $url | trimPrefix ":" | trimSuffix "@" -}}
{{- end -}}
{{- end -}}
{{- if not $encoded -}}
{{- fail (printf "passwords.superUser is missing: %s exists already, so its password cannot be made up. Give it at the first installation; later ones keep it." .root.Values.superUser) -}}
{{- end -}}
{{- $encoded -}}
{{- end -}}

{{/* A list of keys of the platform: given, or what the cluster has, or one made now. Takes root, object, key and path. */}}
{{- define "praetor.keyring" -}}
{{- $keyring := dig (index .path 0) (index .path 1) "" (.root.Values | toJson | fromJson) -}}
{{- $keyring = $keyring | default (include "praetor.existing" .) -}}
{{- if not $keyring -}}
{{- include "praetor.refuseBlind" (dict "root" .root "path" (join "." .path)) -}}
{{- $keyring = randBytes 32 | replace "+" "-" | replace "/" "_" | trimSuffix "=" -}}
{{- end -}}
{{- $keyring -}}
{{- end -}}
