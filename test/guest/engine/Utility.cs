using System.Globalization;
using System.Management.Automation;

namespace Engine;

/// <summary>The few utility commands beyond the engine's core that the scripts use, with the parameters they use.</summary>
[Cmdlet(VerbsCommon.New, "Object")]
public sealed class NewObject : Cmdlet
{
    [Parameter(Mandatory = true, Position = 0)]
    public string TypeName { get; set; } = "";

    [Parameter(Position = 1)]
    public object[] ArgumentList { get; set; } = [];

    protected override void ProcessRecord()
    {
        var type = LanguagePrimitives.ConvertTo<Type>(TypeName);
        var arguments = ArgumentList.Select(one => one is PSObject wrapped ? wrapped.BaseObject : one).ToArray();
        WriteObject(Activator.CreateInstance(type, arguments));
    }
}

[Cmdlet(VerbsCommon.Join, "Path")]
public sealed class JoinPath : Cmdlet
{
    [Parameter(Mandatory = true, Position = 0)]
    public string Path { get; set; } = "";

    [Parameter(Mandatory = true, Position = 1)]
    public string ChildPath { get; set; } = "";

    protected override void ProcessRecord() => WriteObject(System.IO.Path.Combine(Path, ChildPath));
}

[Cmdlet(VerbsCommon.Select, "Object")]
public sealed class SelectObject : Cmdlet
{
    private readonly List<PSObject> all = [];

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    [Parameter]
    public int First { get; set; } = int.MaxValue;

    [Parameter]
    public int Last { get; set; } = int.MaxValue;

    [Parameter]
    public int Skip { get; set; }

    [Parameter]
    public int SkipLast { get; set; }

    [Parameter]
    public string? ExpandProperty { get; set; }

    protected override void ProcessRecord()
    {
        if (InputObject is not null) all.Add(InputObject);
    }

    protected override void EndProcessing()
    {
        foreach (var one in all.Skip(Skip).SkipLast(SkipLast).Take(First).TakeLast(Last))
            WriteObject(ExpandProperty is null ? one : one.Properties[ExpandProperty].Value);
    }
}

[Cmdlet("Sort", "Object")]
public sealed class SortObject : PSCmdlet
{
    private readonly List<(object? Key, PSObject Value)> all = [];

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>A property's name or a script block.</summary>
    [Parameter(Position = 0)]
    public object? Property { get; set; }

    [Parameter]
    public SwitchParameter Unique { get; set; }

    [Parameter]
    public SwitchParameter Descending { get; set; }

    protected override void ProcessRecord()
    {
        if (InputObject is not null) all.Add((KeyOf(InputObject), InputObject));
    }

    private object? KeyOf(PSObject value) => (Property is PSObject wrapped ? wrapped.BaseObject : Property) switch
    {
        null => value,
        ScriptBlock block => block.InvokeWithContext(null, [new PSVariable("_", value)]).FirstOrDefault(),
        var name => value.Properties[name.ToString()!]?.Value,
    };

    protected override void EndProcessing()
    {
        var order = Comparer<object?>.Create((a, b) => LanguagePrimitives.Compare(a, b, true, CultureInfo.InvariantCulture));
        var sorted = Descending ? all.OrderByDescending(one => one.Key, order) : all.OrderBy(one => one.Key, order);
        (object? Key, PSObject Value)? before = null;
        foreach (var one in sorted)
        {
            if (!Unique || before is null || order.Compare(before.Value.Key, one.Key) != 0) WriteObject(one.Value);
            before = one;
        }
    }
}
