# Adapter layer: installs features. Only in phase features.
#   Install-OsFeature names                          Success, ExitCode, Restart (No, Yes, Maybe), Names

function Install-OsFeature {
    param([string[]] $Names)
    $result = Install-WindowsFeature -Name $Names -IncludeManagementTools
    return [pscustomobject]@{
        Success  = [bool]$result.Success
        ExitCode = $result.ExitCode.ToString()
        Restart  = $result.RestartNeeded.ToString()
        Names    = @($result.FeatureResult | ForEach-Object { [string]$_.Name })
    }
}
