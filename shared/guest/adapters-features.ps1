# Adapter layer: installs features. Only in phase features.
#   Test-OsFeature name                              error ids and messages (Id, Message) of a -WhatIf installation
#   Install-OsFeature names                          Success, ExitCode, Restart (No, Yes, Maybe), Names

function Install-OsFeature {
    param([string[]] $Names)
    $result = Install-WindowsFeature -Name $Names -IncludeManagementTools
    return [pscustomobject]@{
        Success  = [bool]$result.Success
        ExitCode = [string]$result.ExitCode
        Restart  = [string]$result.RestartNeeded
        Names    = @($result.FeatureResult | ForEach-Object { [string]$_.Name })
    }
}

# -WhatIf runs ServerManager's prerequisite check and changes nothing; error ids are the same in every language.
function Test-OsFeature {
    param([string] $Name)
    $problems = @()
    try {
        [void](Install-WindowsFeature -Name $Name -WhatIf -ErrorAction SilentlyContinue -ErrorVariable problems)
    }
    catch {
        $problems = @($_)
    }
    foreach ($problem in @($problems)) {
        [pscustomobject]@{ Id = [string]$problem.FullyQualifiedErrorId; Message = [string]$problem.Exception.Message }
    }
}
