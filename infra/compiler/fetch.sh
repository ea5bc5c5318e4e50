#!/usr/bin/env bash
# Fetches the Bicep compiler, where it is needed and can be had; says so where not.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

if command -v bicep >/dev/null; then
  echo "Bicep: $(command -v bicep)."
elif ! command -v dotnet >/dev/null; then
  echo "Bicep: not here, and no .NET SDK to fetch it with."
elif ! dotnet restore -v quiet; then
  echo "Bicep: not here, and its package cannot be had."
else
  chmod +x bin/azure.bicep.commandline.linux-x64/*/tools/bicep
  echo "Bicep: fetched into infra/compiler/bin."
fi
