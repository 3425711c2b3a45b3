#!/usr/bin/env bash
# Builds Helm 3 from Go modules: the package that brings Helm and kubectl has Helm 4, and charts must work with both.
#
#   build-helm.sh --where   prints the path of the executable, whether it is there or not
#   build-helm.sh           prints that path, and makes what is missing; packages as they are compiled go to standard error
#
# Needs Go 1.26 or newer and, after build-kube.sh, about three minutes of processor time.
set -euo pipefail

version=v3.22.0
folder=${XDG_CACHE_HOME:-$HOME/.cache}/kube/helm-$version
file=$folder/helm
[[ ${1:-} != --where ]] || { echo "$file"; exit; }

mkdir -p "$folder"
exec 9> "$folder/lock"
flock --nonblock 9 || { echo "another build is under way; waiting for it" >&2; flock 9; }

if [[ ! -x $file ]]; then
  # Unstamped, it would take Kubernetes 1.20 for the version that it renders for.
  stamp=helm.sh/helm/v3/pkg/chartutil
  draft=$(mktemp -d "$folder/draft.XXXXXX")
  trap 'rm -rf "$draft"' EXIT
  GOBIN=$draft nice -n 19 go install -v -trimpath -ldflags \
    "-s -w -X helm.sh/helm/v3/internal/version.version=$version -X $stamp.k8sVersionMajor=1 -X $stamp.k8sVersionMinor=37" \
    "helm.sh/helm/v3/cmd/helm@$version" >&2
  mv "$draft/helm" "$file"
fi
echo "$file"
