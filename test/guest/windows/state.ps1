# State, changes and errors that all commands share.

$script:Home = 'C:\ProgramData'

# JSON to ordered dictionaries and lists, the same on every engine.
function ConvertFrom-JsonText {
    param([string] $Text)
    $document = [Text.Json.JsonDocument]::Parse($Text)
    try {
        return , (ConvertFrom-JsonElement $document.RootElement)
    }
    finally {
        $document.Dispose()
    }
}

function ConvertFrom-JsonElement {
    param([Text.Json.JsonElement] $Element)
    switch ([string]$Element.ValueKind) {
        'Object' {
            $value = [ordered]@{}
            foreach ($property in $Element.EnumerateObject()) {
                $value[$property.Name] = ConvertFrom-JsonElement $property.Value
            }
            return $value
        }
        'Array' {
            $list = [Collections.ArrayList]::new()
            foreach ($one in $Element.EnumerateArray()) {
                [void]$list.Add((ConvertFrom-JsonElement $one))
            }
            return , $list
        }
        'Number' {
            $number = $Element.GetDouble()
            if ($number -eq [Math]::Floor($number)) {
                return [long]$number
            }
            return $number
        }
        'String' { return $Element.GetString() }
        'Null' { return $null }
    }
    return $Element.GetBoolean()
}

# Called by every command after it has changed the machine. A run may be killed after any of them: the machine is kept
# as it is then, and nothing that the script still does counts.
function Save-Change {
    param([string] $What)
    $script:Changes.Add($What)
    if ($script:Trouble['killAfter'] -eq $script:Changes.Count) {
        Read-Files
        $script:Survivor = ConvertTo-Json -InputObject $script:Machine -Depth 20 -Compress
        throw 'The script was killed here.'
    }
}

function Assert-Alive {
    if ($null -ne $script:Survivor) {
        throw 'The script was killed before.'
    }
}

# An error as the real command reports it. Commands in script modules (NetTCPIP, DhcpServer, RemoteAccess) do not see the
# preference of a calling script; compiled ones (-Compiled) do.
function Write-Failure {
    param([Management.Automation.PSCmdlet] $Cmdlet, [string] $Id, [string] $Message, [switch] $Compiled)
    $record = [Management.Automation.ErrorRecord]::new(
        [InvalidOperationException]::new($Message), $Id, 'NotSpecified', $null)
    $given = $Cmdlet.MyInvocation.BoundParameters.ContainsKey('ErrorAction')
    if ($Compiled -and -not $given -and $Cmdlet.SessionState.PSVariable.GetValue('ErrorActionPreference') -eq 'Stop') {
        $Cmdlet.ThrowTerminatingError($record)
    }
    $Cmdlet.WriteError($record)
}

# Something that Windows does only so many seconds after it was asked; seconds pass by Start-Sleep alone.
function Test-Late {
    param([string] $Trouble)
    $seconds = $script:Trouble[$Trouble]
    return $null -ne $seconds -and $script:Slept -lt $seconds
}

function Write-Files {
    foreach ($path in @($script:Machine.files.Keys)) {
        $real = $path.Replace($script:Home, $env:ProgramData).Replace('\', '/')
        [void][IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($real))
        [IO.File]::WriteAllText($real, $script:Machine.files[$path])
    }
}

function Read-Files {
    $files = [ordered]@{}
    if ([IO.Directory]::Exists($env:ProgramData)) {
        foreach ($real in [IO.Directory]::GetFiles($env:ProgramData, '*', 'AllDirectories')) {
            if (-not ($real.EndsWith('.log') -or $real.EndsWith('.lock'))) {
                $files[$script:Home + $real.Substring($env:ProgramData.Length).Replace('/', '\')] = [IO.File]::ReadAllText($real)
            }
        }
    }
    $script:Machine.files = $files
}

function Read-Log {
    $path = "$env:ProgramData/nested-hosts/guest.log"
    if ([IO.File]::Exists($path)) {
        return [IO.File]::ReadAllText($path)
    }
    return ''
}

function Find-Adapter {
    param([object] $Index, [string] $Alias)
    foreach ($adapter in $script:Machine.adapters) {
        if (($null -ne $Index -and $adapter.index -eq $Index) -or ($Alias -ne '' -and $adapter.alias -eq $Alias)) {
            return $adapter
        }
    }
}

function Test-Running {
    param([string] $Name)
    return $null -ne $script:Machine.services[$Name] -and $script:Machine.services[$Name].status -eq 'Running'
}
