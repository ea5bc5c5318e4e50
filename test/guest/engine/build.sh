#!/usr/bin/env bash
# Builds the PowerShell host of the guest script tests, where it is needed and can be had; says so where not.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

if command -v "${PWSH:-pwsh}" >/dev/null; then
  echo "Guest scripts: executed by ${PWSH:-pwsh}."
elif ! command -v dotnet >/dev/null; then
  echo "Guest scripts: not executed, because there is neither pwsh nor a .NET SDK."
elif ! dotnet restore --locked-mode -v quiet; then
  echo "Guest scripts: not executed, because there is no .NET 10 SDK or its packages cannot be had."
else
  dotnet build --no-restore --configuration Release --output bin -v quiet -nologo
  echo "Guest scripts: executed by PowerShell's engine, built in test/guest/engine/bin."
fi
