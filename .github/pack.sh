#!/usr/bin/env bash
# Packs every npm package that a release publishes into a directory and prints the digests, in CI as the step's output `digests`.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p "$1"
npm pack --silent --ignore-scripts ./pkg ./worker/npm ./create --pack-destination "$1" >/dev/null
digests=$(cd "$1" && sha256sum -- *)
echo "$digests"
if [ -n "${GITHUB_OUTPUT:-}" ]; then printf 'digests<<END\n%s\nEND\n' "$digests" >> "$GITHUB_OUTPUT"; fi
