# Takes the guest of a prove run away again.
param([string]$Parameters)

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
Set-StrictMode -Version 2

$wish = [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($Parameters)) | ConvertFrom-Json
$result = @{ ok = $false; error = '' }
try {
    if (Get-VM -Name $wish.guest -ErrorAction SilentlyContinue) {
        Stop-VM -Name $wish.guest -TurnOff -Force -WarningAction SilentlyContinue
        Remove-VM -Name $wish.guest -Force
    }
    $result.ok = $true
} catch {
    $result.error = [string]$_.Exception.Message
}
'##prove-begin##' + (ConvertTo-Json -InputObject $result -Compress) + '##prove-end##'
