{{/*
host:port of one server of a database. Takes root, server (events, nebula, orion) and instance (primary, replica).
A database that has moved to a server of its own has none of the others' replicas.
*/}}
{{- define "praetor.server" -}}
{{- $all := .root.Values.database -}}
{{- $own := index $all .server | default dict -}}
{{- $host := $own.host | default $all.host -}}
{{- $port := $own.port | default $all.port | default 5432 -}}
{{- if not $host -}}
{{- fail (printf "database.host is missing: name the host of PostgreSQL, or database.%s.host, for the Secrets that createAppSecretsInChart makes." .server) -}}
{{- end -}}
{{- if eq .instance "replica" -}}
{{- $moved := ne $host ($all.host | default "") -}}
{{- if ($own.replica | default dict).host -}}
{{- $host = $own.replica.host -}}
{{- $port = $own.replica.port | default $port -}}
{{- else if and (not $moved) ($all.replica | default dict).host -}}
{{- $host = $all.replica.host -}}
{{- $port = $all.replica.port | default $all.port | default 5432 -}}
{{- end -}}
{{- end -}}
{{- if contains ":" $host -}}[{{ $host }}]{{- else -}}{{ $host }}{{- end -}}:{{ int $port }}
{{- end -}}
