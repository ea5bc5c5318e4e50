# An in-memory Windows Server: the commands that the guest scripts call, on the state of local/azure/guest/types.ts.
# What Windows only does late, or wrongly, is asked for by name (`$script:Trouble`, see trouble.test.ts).

$script:Machine = $null
$script:Trouble = @{}
$script:Root = ''
$script:Slept = 0
$script:Changes = New-Object 'System.Collections.Generic.List[string]'
$script:Survivor = $null

foreach ($part in @('state', 'system', 'features', 'services', 'registry', 'hyperv', 'net', 'routes', 'router', 'dhcp', 'tasks', 'disks')) {
    . "$PSScriptRoot/windows/$part.ps1"
}

# What Windows brings of itself: the same data as the guest model's.
$script:Defaults = ConvertFrom-JsonText ([IO.File]::ReadAllText("$PSScriptRoot/../../local/azure/guest/windows/defaults.json"))

$script:Holder = $null

# As another phase on this machine would hold it.
function Open-Lock {
    [void][IO.Directory]::CreateDirectory("$env:ProgramData/nested-hosts")
    return [IO.File]::Open("$env:ProgramData/nested-hosts/guest.lock", 'OpenOrCreate', 'ReadWrite', 'None')
}

# Puts a machine under the commands. Files of the state appear under $Root instead of C:\ProgramData.
function Mount-FakeWindows {
    param([object] $State, [hashtable] $Trouble, [string] $Root)
    $script:Machine = $State
    $script:Trouble = $Trouble
    $script:Root = $Root
    $script:Slept = 0
    $script:Changes.Clear()
    $script:Survivor = $null
    $env:ProgramData = "$Root/ProgramData"
    Write-Files
    Initialize-FolderAccess
    $script:Holder = $null
    if ($Trouble['lockHeld']) {
        $script:Holder = Open-Lock
    }
}

# What is left: the machine and its files; of a killed run, as they were at that moment.
function Dismount-FakeWindows {
    if ($null -ne $script:Holder) {
        $script:Holder.Dispose()
    }
    if ([IO.Directory]::Exists("$env:ProgramData/nested-hosts")) {
        # Throws if the script still holds it.
        (Open-Lock).Dispose()
    }
    if ($null -eq $script:Survivor) {
        Read-Files
        $script:Survivor = ConvertTo-Json -InputObject $script:Machine -Depth 20 -Compress
    }
    return @{
        state   = $script:Survivor
        changes = $script:Changes.ToArray()
        slept   = $script:Slept
        log     = Read-Log
    }
}

Export-ModuleMember -Function '*-*', 'netsh.exe', 'icacls.exe'
