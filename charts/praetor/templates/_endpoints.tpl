{{/* Redis, mail and sign-on by the names that `praetor secrets doctor --endpoints` knows. */}}
{{- define "praetor.endpoints" -}}
{{- $redis := dict -}}
{{- if .Values.redis.host -}}
{{- $redis = pick .Values.redis "host" "port" "tls" "username" -}}
{{- end -}}
{{- range (include "praetor.contract" . | fromJson).redisRoles -}}
{{- $own := index $.Values.redis . | default dict -}}
{{- if $own.host -}}
{{- $_ := set $redis . (pick $own "host" "port" "tls" "username") -}}
{{- end -}}
{{- end -}}
{{- $mail := dict -}}
{{- if .Values.mail.host -}}
{{- $mail = pick .Values.mail "host" "port" "username" "tls" -}}
{{- end -}}
{{- $providers := dict -}}
{{- range $party, $provider := .Values.global.authProvider -}}
{{- if and (has $party (list "okta" "adfs" "entra")) $provider.clientID -}}
{{- $_ := set $providers $party (omit $provider "clientSecret" "apiKey") -}}
{{- end -}}
{{- end -}}
{{- dict "redis" $redis "mail" $mail "authProvider" $providers | toYaml -}}
{{- end -}}
