# Phase inventory: the guests of this host, in whatever state. Where guests cannot be counted the phase fails.

Invoke-Phase 'inventory' {
    $guests = @(Get-Guest)
    $script:Facts['count'] = $guests.Count
    $script:Facts['guests'] = @($guests | ForEach-Object { @{ name = Limit-Text $_.Name 64; state = $_.State } })
}
exit 0
