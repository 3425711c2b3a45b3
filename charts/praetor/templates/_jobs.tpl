{{/* {args: [...]}: the command of a job, with what the values say of it. Takes root and job. */}}
{{- define "praetor.arguments" -}}
{{- $args := .job.command -}}
{{- if and (eq .job.name "schema-setup") .root.Values.jobs.setPassword -}}
{{- $args = append $args "--set-password" -}}
{{- end -}}
{{- if eq .job.name "partman" -}}
{{- $args = concat $args (list "--retention" .root.Values.partman.retention) -}}
{{- end -}}
{{- dict "args" $args | toJson -}}
{{- end -}}
