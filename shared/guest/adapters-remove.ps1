# Adapter layer: takes the network of guests away. Only in phase deconfigure.
#   Remove-OsSwitch name

function Remove-OsSwitch {
    param([string] $Name)
    Remove-VMSwitch -Name $Name -Force -Confirm:$false -ErrorAction Stop
}
