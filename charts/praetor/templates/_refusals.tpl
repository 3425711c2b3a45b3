{{/*
What the schema must not judge, because a validator repeats what it refuses: texts that are secrets, or into which one may have been
pasted. Says what is wrong and where, and never the value.
*/}}
{{- define "praetor.refuseValues" -}}
{{- $contract := include "praetor.contract" . | fromJson -}}
{{- $faults := list -}}
{{- range $path, $host := include "praetor.hosts" . | fromJson -}}
{{- if not (regexMatch "^([A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?|[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:.]*)?$" $host) -}}
{{- $faults = append $faults (printf "%s is not a host name or address alone, without scheme, user, port or placeholder" $path) -}}
{{- end -}}
{{- end -}}
{{- range $path, $secret := include "praetor.givenSecrets" . | fromJson -}}
{{- $faults = concat $faults (include "praetor.faultsOf" (dict "path" $path "secret" $secret "defaults" $contract.defaultPasswords) | fromJson).faults -}}
{{- end -}}
{{- range $user := list "serviceUser" "superUser" -}}
{{- if not (regexMatch "^[A-Za-z_][A-Za-z0-9_$.-]*$" (index $.Values $user)) -}}
{{- $faults = append $faults (printf "%s is not the name of a role: letters, digits, _, $, . and -, a letter first" $user) -}}
{{- end -}}
{{- end -}}
{{- if eq .Values.serviceUser .Values.superUser -}}
{{- $faults = append $faults "serviceUser and superUser are one role: a daily service could drop what it should only read and write" -}}
{{- end -}}
{{- if and .Values.passwords.superUser (eq .Values.passwords.serviceUser .Values.passwords.superUser) -}}
{{- $faults = append $faults "passwords.serviceUser is also that of passwords.superUser: give it one of its own, or leave it empty" -}}
{{- end -}}
{{- if $faults -}}
{{- fail (printf "\n  %s\n" (join "\n  " $faults)) -}}
{{- end -}}
{{- end -}}

{{/* {path: host}, of PostgreSQL, Redis and mail. */}}
{{- define "praetor.hosts" -}}
{{- $hosts := dict "database.host" .Values.database.host "redis.host" .Values.redis.host "mail.host" .Values.mail.host -}}
{{- $_ := set $hosts "database.replica.host" (.Values.database.replica | default dict).host -}}
{{- range $server := list "events" "nebula" "orion" -}}
{{- $own := index $.Values.database $server | default dict -}}
{{- $_ := set $hosts (printf "database.%s.host" $server) $own.host -}}
{{- $_ := set $hosts (printf "database.%s.replica.host" $server) ($own.replica | default dict).host -}}
{{- end -}}
{{- range (include "praetor.contract" . | fromJson).redisRoles -}}
{{- $_ := set $hosts (printf "redis.%s.host" .) (index $.Values.redis . | default dict).host -}}
{{- end -}}
{{- range $path, $host := $hosts -}}
{{- $_ := set $hosts $path ($host | default "") -}}
{{- end -}}
{{- $hosts | toJson -}}
{{- end -}}

{{/* {path: secret}: every secret that is given alone. Those of appSecrets are what somebody means exactly so; the check looks at them. */}}
{{- define "praetor.givenSecrets" -}}
{{- $secrets := dict "redis.password" .Values.redis.password -}}
{{- range $user, $password := .Values.passwords -}}
{{- $_ := set $secrets (printf "passwords.%s" $user) $password -}}
{{- end -}}
{{- range (include "praetor.entries" . | fromJson).entries -}}
{{- if .value -}}
{{- $_ := set $secrets (join "." .value) (include "praetor.valueAt" (dict "root" $ "path" .value)) -}}
{{- end -}}
{{- end -}}
{{- range $path, $secret := $secrets -}}
{{- if not $secret -}}{{- $_ := unset $secrets $path -}}{{- end -}}
{{- end -}}
{{- $secrets | toJson -}}
{{- end -}}

{{/* {faults: [...]} of one secret. Takes path, secret and defaults, the passwords that products come with. */}}
{{- define "praetor.faultsOf" -}}
{{- $faults := list -}}
{{- if ne .secret (trim .secret) -}}
{{- $faults = append $faults (printf "%s has white space or a line break around it, which would become part of it" .path) -}}
{{- end -}}
{{- if regexMatch "<[^<>]*>|\\$\\{[^{}]*\\}|\\$\\([^()]*\\)|\\{\\{[^{}]*\\}\\}" .secret -}}
{{- $faults = append $faults (printf "%s holds a placeholder that was not filled in" .path) -}}
{{- end -}}
{{- if contains "://" .secret -}}
{{- $faults = append $faults (printf "%s is a connection string; what belongs there is the secret alone" .path) -}}
{{- else if regexMatch "^([A-Za-z0-9._~-]|%[0-9A-F]{2})*%[0-9A-F]{2}([A-Za-z0-9._~-]|%[0-9A-F]{2})*$" .secret -}}
{{- $faults = append $faults (printf "%s is percent-encoded: give it as it is, the chart encodes it where it must be" .path) -}}
{{- end -}}
{{- $bare := regexReplaceAll "[0-9!@#$?._-]*$" (lower .secret) "" -}}
{{- if or (has (lower .secret) .defaults) (has $bare .defaults) (has (regexReplaceAll "[[:space:]._-]" $bare "") .defaults) -}}
{{- $faults = append $faults (printf "%s is one that products come with: give it another, made at random" .path) -}}
{{- end -}}
{{- dict "faults" $faults | toJson -}}
{{- end -}}
