# Counts how often it runs.
param([string]$Parameters)

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
Set-StrictMode -Version 2

$folder = Join-Path $env:ProgramData 'nested-hosts-prove'
$file = Join-Path $folder 'once.txt'
New-Item -ItemType Directory -Path $folder -Force | Out-Null
$wish = [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($Parameters)) | ConvertFrom-Json
if ($wish.count) {
    [IO.File]::AppendAllText($file, "ran`r`n")
}
$lines = @([IO.File]::ReadAllLines($file))
'##prove-begin##' + (ConvertTo-Json -InputObject @{ ok = $true; runs = $lines.Count } -Compress) + '##prove-end##'
