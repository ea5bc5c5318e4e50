# Addresses and prefixes.

function Test-IPv4 {
    param([string] $Text)
    return $Text -match '^((25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(\.(?!\z)|\z)){4}\z'
}

function ConvertTo-Number {
    param([string] $Address)
    $bytes = [Net.IPAddress]::Parse($Address).GetAddressBytes()
    return ([uint64]$bytes[0] * 16777216) + ([uint64]$bytes[1] * 65536) + ([uint64]$bytes[2] * 256) + [uint64]$bytes[3]
}

function ConvertTo-Dotted {
    param([uint64] $Number)
    $parts = @()
    foreach ($unit in @(16777216, 65536, 256, 1)) {
        $parts += [Math]::Floor([double]$Number / $unit) % 256
    }
    return $parts -join '.'
}

function Get-PrefixRange {
    param([string] $Prefix)
    $address, $length = $Prefix.Split('/')
    $size = [uint64][Math]::Pow(2, 32 - [int]$length)
    $first = ConvertTo-Number $address
    return [pscustomobject]@{
        First   = $first
        Last    = $first + $size - 1
        Length  = [int]$length
        Network = $address
        Mask    = ConvertTo-Dotted ([uint64]4294967296 - $size)
        Aligned = ($first % $size) -eq 0
    }
}

function Test-Prefix {
    param([string] $Text)
    if ($Text -notmatch '^([0-9.]+)/(3[0-2]|[12]?[0-9])\z') {
        return $false
    }
    if (-not (Test-IPv4 $Matches[1])) {
        return $false
    }
    return (Get-PrefixRange $Text).Aligned
}

function Test-Overlap {
    param([string] $One, [string] $Other)
    $a = Get-PrefixRange $One
    $b = Get-PrefixRange $Other
    return ($a.First -le $b.Last) -and ($b.First -le $a.Last)
}

function ConvertTo-MacDigits {
    param([string] $Mac)
    return ($Mac -replace '[^0-9A-Fa-f]', '').ToUpperInvariant()
}

function ConvertTo-Instant {
    param([object] $Value)
    if ($Value -is [DateTime]) {
        return $Value.ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ssZ', [Globalization.CultureInfo]::InvariantCulture)
    }
    return [string]$Value
}

function Test-SameBoot {
    param([string] $Instant)
    if ($Instant -eq '') {
        return $false
    }
    # Windows derives the boot time from the clock: time synchronisation moves it by some seconds.
    $invariant = [Globalization.CultureInfo]::InvariantCulture
    $gap = [DateTimeOffset]::Parse($Instant, $invariant) - [DateTimeOffset]::Parse($script:Boot, $invariant)
    return [Math]::Abs($gap.TotalSeconds) -le 10
}

function Get-Field {
    param([object] $Object, [string] $Name)
    $property = $Object.PSObject.Properties[$Name]
    if ($null -eq $property) {
        return $null
    }
    return $property.Value
}
