# Runs guest scripts on fake machines: one request a line on standard input, one answer a line on standard output.
#   request  { script, parameters, state, trouble }   trouble: see trouble.test.ts
#   answer   { output, state, changes, slept, log } or { broken }
$ErrorActionPreference = 'Continue'
$ProgressPreference = 'SilentlyContinue'
$folder = $env:GUEST_FOLDER
Import-Module "$PSScriptRoot/FakeWindows.psm1"
$console = [Console]::Out
$console.WriteLine('ready')

while ($null -ne ($line = [Console]::In.ReadLine())) {
    $request = ConvertFrom-JsonText $line
    $root = "$folder/machine"
    try {
        if ([IO.Directory]::Exists($root)) {
            [IO.Directory]::Delete($root, $true)
        }
        $trouble = @{}
        foreach ($name in $request.trouble.Keys) {
            $trouble[$name] = $request.trouble[$name]
        }
        Mount-FakeWindows $request.state $trouble $root
        # One file per text, so that the engine compiles it once.
        $file = "$folder/$($request.name).ps1"
        if (-not [IO.File]::Exists($file) -or [IO.File]::ReadAllText($file) -ne $request.script) {
            [IO.File]::WriteAllText($file, $request.script)
        }
        $output = [IO.StringWriter]::new()
        [Console]::SetOut($output)
        # What a script leaves in its streams is part of what Run Command returns.
        try {
            & $file -Parameters $request.parameters *>&1 | ForEach-Object { $output.WriteLine("$_") }
        }
        catch {
            $output.WriteLine("$_")
        }
        [Console]::SetOut($console)
        $answer = Dismount-FakeWindows
        $answer['output'] = $output.ToString()
    }
    catch {
        [Console]::SetOut($console)
        $answer = @{ broken = "$_ $($_.ScriptStackTrace)" }
    }
    $console.WriteLine((ConvertTo-Json -InputObject $answer -Depth 4 -Compress))
}
