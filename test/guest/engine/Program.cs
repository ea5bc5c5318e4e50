using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;
using Microsoft.PowerShell;

namespace Engine;

/// <summary>
/// Runs one script in PowerShell's engine without its console and its modules: of the commands beyond the core there
/// are only those of this assembly. Usage: dotnet engine.dll script.ps1
/// </summary>
public static class Program
{
    public static int Main(string[] arguments)
    {
        var state = InitialSessionState.CreateDefault2();
        state.ThreadOptions = PSThreadOptions.UseCurrentThread;
        if (OperatingSystem.IsWindows()) state.ExecutionPolicy = ExecutionPolicy.Bypass;
        foreach (var type in Assembly.GetExecutingAssembly().GetTypes())
        {
            if (type.GetCustomAttribute<CmdletAttribute>() is { } name)
                state.Commands.Add(new SessionStateCmdletEntry($"{name.VerbName}-{name.NounName}", type, null));
        }
        using var runspace = RunspaceFactory.CreateRunspace(state);
        runspace.Open();
        using var shell = PowerShell.Create(runspace);
        shell.AddCommand(Path.GetFullPath(arguments[0]));
        try
        {
            shell.Invoke();
        }
        catch (RuntimeException error)
        {
            Console.Error.WriteLine($"{error.Message}\n{error.ErrorRecord.ScriptStackTrace}");
            return 1;
        }
        foreach (var error in shell.Streams.Error) Console.Error.WriteLine($"{error}\n{error.ScriptStackTrace}");
        return 0;
    }
}
