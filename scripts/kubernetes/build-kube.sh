#!/usr/bin/env bash
# Builds `kube`, which is etcd, kube-apiserver and kube-controller-manager in one executable, from Go modules.
#
#   build-kube.sh --where   prints the path of the executable, whether it is there or not
#   build-kube.sh           prints that path, and makes what is missing; packages as they are compiled go to standard error
#
# Needs Go 1.26 or newer, 4.5 GB of disk and about 22 minutes of processor time: some 12 minutes on two idle cores. An
# interrupted build goes on from Go's build cache. Once the executable is there, `go clean -cache -modcache` frees 4.4 GB.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/kube"
version=$(awk '$1 == "k8s.io/kubernetes" { print $2; exit }' go.mod)
folder=${XDG_CACHE_HOME:-$HOME/.cache}/kube/$version
file=$folder/kube
[[ ${1:-} != --where ]] || { echo "$file"; exit; }

IFS=. read -r major minor _ <<< "${version#v}"
mkdir -p "$folder"
# Of two builds at once the second waits, and finds the work done. No crash leaves this lock behind.
exec 9> "$folder/lock"
flock --nonblock 9 || { echo "another build is under way; waiting for it" >&2; flock 9; }

if [[ ! -x $file ]]; then
  # Unstamped, the server would call itself v0.0.0-master, and a chart's kubeVersion would not match.
  stamp=k8s.io/component-base/version
  nice -n 19 go build -v -trimpath -o "$file.draft" -ldflags \
    "-s -w -X $stamp.gitVersion=$version -X $stamp.gitMajor=$major -X $stamp.gitMinor=$minor -X $stamp.gitTreeState=clean" . >&2
  mv "$file.draft" "$file"
fi
echo "$file"
