# What guests would notice. Whoever asked for the run says whether they may; when Windows starts they are down anyway.

function Assert-MayInterrupt {
    param([string] $Why)
    if (-not $script:AtBoot -and (Get-Field $script:Plan 'mayInterrupt') -eq $false) {
        Stop-Phase 'repairNeedsInterruption' "$Why. That would interrupt guests, which this run may not."
    }
}
