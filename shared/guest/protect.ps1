# The filters of filters.ps1, set or taken back.

function Add-Filter {
    param([string] $Alias)
    foreach ($one in @(Get-OpenWay $Alias)) {
        [void](Invoke-Netsh (@('routing', 'ip', 'add', 'filter', "name=$Alias", 'filtertype=INPUT') + (Get-FilterWord $one['words'])))
    }
    # What no filter names goes through.
    [void](Invoke-Netsh @('routing', 'ip', 'set', 'filter', "name=$Alias", 'filtertype=INPUT', 'action=FORWARD'))
    return @(Get-OpenWay $Alias).Count -eq 0
}

function Clear-Filter {
    param([string] $Alias)
    if (-not (Test-Made 'filters')) {
        return
    }
    $open = @(Get-OpenWay $Alias | ForEach-Object { $_['what'] })
    foreach ($one in @($Forbidden | Where-Object { $open -notcontains $_['what'] })) {
        [void](Invoke-Netsh (@('routing', 'ip', 'delete', 'filter', "name=$Alias", 'filtertype=INPUT') + (Get-FilterWord $one['words'])))
    }
    if ($open.Count -lt $Forbidden.Count) {
        Add-Change 'metadata'
    }
}

# RRAS takes filters only of adapters in its list. To get one in there interrupts guests: done where this run has done so
# anyway, otherwise reported.
function Set-Filter {
    param([string] $Alias, [string] $Nic1, [string] $Nic2)
    if (-not (Test-Protected)) {
        Clear-Filter $Alias
        return
    }
    if (Test-FilterList $Alias) {
        Add-Finding 'foreignFilter' "The input filters of $Alias let in what they name and nothing else; they are left as they are."
        return
    }
    if (@(Get-OpenWay $Alias).Count -eq 0) {
        return
    }
    Add-Made 'filters'
    $done = Add-Filter $Alias
    if (-not $done -and ($script:Changed -contains 'rras' -or $script:Changed -contains 'nat:nic1')) {
        Install-RouterAgain
        Set-Nat $Nic1 $Nic2
        $done = Add-Filter $Alias
    }
    if ($done) {
        Add-Change 'metadata'
    }
    else {
        Add-Finding 'filterFailed' "RRAS takes no filters for $Alias, so that guests reach the host's metadata; restart the host, or protect nothing (metadataProtection none)."
    }
}
