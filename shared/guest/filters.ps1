# What guests must not reach in the host's name, as input filters of RRAS on the switch's adapter: the instance metadata
# service, and the ports of the wire server. The platform's DNS, on the wire server's address, stays open.

$Forbidden = @(
    @{ what = '169.254.169.254'; words = @('dstaddr=169.254.169.254', 'dstmask=255.255.255.255', 'proto=ANY') }
    @{ what = '168.63.129.16:80'; words = @('dstaddr=168.63.129.16', 'dstmask=255.255.255.255', 'proto=TCP', 'srcport=0', 'dstport=80') }
    @{ what = '168.63.129.16:32526'; words = @('dstaddr=168.63.129.16', 'dstmask=255.255.255.255', 'proto=TCP', 'srcport=0', 'dstport=32526') }
)

function Test-Protected {
    return (Get-Field $script:Plan 'protectMetadata') -ne $false
}

function Get-FilterWord {
    param([string[]] $Words)
    return @('srcaddr=0.0.0.0', 'srcmask=0.0.0.0') + $Words
}

# The lines of `dump` about input filters of an adapter, which are commands and the same in every language.
function Get-FilterLine {
    param([string] $Verb, [string] $Alias)
    $pattern = "^\s*$Verb filter name=`"?$([regex]::Escape($Alias))`"?\s.*\bfiltertype=INPUT\b"
    return @((Invoke-Netsh @('routing', 'ip', 'dump')).Lines | Where-Object { $_ -match $pattern })
}

# Filters are exceptions: on an adapter that lets nothing else in they would open what they name.
function Test-FilterList {
    param([string] $Alias)
    return @(Get-FilterLine 'set' $Alias | Where-Object { $_ -match '\baction=DROP\b' }).Count -gt 0
}

# What of it guests reach through this adapter.
function Get-OpenWay {
    param([string] $Alias)
    $lines = @(Get-FilterLine 'add' $Alias)
    foreach ($one in $Forbidden) {
        $left = $lines
        foreach ($word in (Get-FilterWord $one['words'])) {
            $left = @($left | Where-Object { $_ -match "\s$([regex]::Escape($word))(\s|\z)" })
        }
        if ($left.Count -eq 0) {
            $one
        }
    }
}
