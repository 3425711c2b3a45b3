{{/*
Percent-encoding as RFC 3986 has it: everything outside A-Za-z0-9-._~, upper-case hex, over UTF-8. `urlquery` writes a space as a
plus, and a plus as %2B, so every plus that it leaves was a space.
*/}}
{{- define "praetor.percentEncode" -}}
{{- urlquery . | replace "+" "%20" -}}
{{- end -}}
