using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text;
using System.Text.Json;

namespace Engine;

/// <summary>JSON as Windows PowerShell 5.1 reads and writes it: strings stay strings, dates become /Date()/, depth 2.</summary>
public static class Json
{
    public static object? Read(string text)
    {
        using var document = JsonDocument.Parse(text);
        return From(document.RootElement);
    }

    private static object? From(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var value = new PSObject();
                foreach (var property in element.EnumerateObject())
                    value.Properties.Add(new PSNoteProperty(property.Name, From(property.Value)));
                return value;
            case JsonValueKind.Array:
                return element.EnumerateArray().Select(From).ToArray();
            case JsonValueKind.Number:
                if (element.TryGetInt32(out var small)) return small;
                return element.TryGetInt64(out var large) ? large : element.GetDecimal();
            case JsonValueKind.String:
                return element.GetString();
            default:
                return element.ValueKind == JsonValueKind.Null ? null : element.GetBoolean();
        }
    }

    public static string Write(object? value, int depth)
    {
        var text = new StringBuilder();
        Append(text, value, depth);
        return text.ToString();
    }

    private static void Append(StringBuilder text, object? value, int depth)
    {
        var plain = value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;
        switch (plain)
        {
            case null:
                text.Append("null");
                break;
            case bool flag:
                text.Append(flag ? "true" : "false");
                break;
            case Enum number:
                text.Append(Convert.ToInt64(number, CultureInfo.InvariantCulture));
                break;
            case DateTime time:
                text.Append($"\"\\/Date({new DateTimeOffset(time).ToUnixTimeMilliseconds()})\\/\"");
                break;
            case string or char:
                AppendString(text, plain.ToString()!);
                break;
            case IFormattable number when plain.GetType().IsPrimitive || plain is decimal:
                text.Append(number.ToString(null, CultureInfo.InvariantCulture));
                break;
            default:
                if (depth < 0) AppendString(text, LanguagePrimitives.ConvertTo<string>(plain));
                else AppendComposite(text, plain, depth);
                break;
        }
    }

    private static void AppendComposite(StringBuilder text, object value, int depth)
    {
        if (value is not IDictionary && value is IEnumerable list)
        {
            text.Append('[').AppendJoin(',', list.Cast<object?>().Select(one => Write(one, depth - 1))).Append(']');
            return;
        }
        var pairs = value is IDictionary dictionary
            ? dictionary.Cast<DictionaryEntry>().Select(one => (one.Key.ToString()!, one.Value))
            : PSObject.AsPSObject(value).Properties.Select(one => (one.Name, (object?)one.Value));
        text.Append('{').AppendJoin(',', pairs.Select(pair => Pair(pair.Item1, pair.Item2, depth))).Append('}');
    }

    private static string Pair(string key, object? value, int depth)
    {
        var text = new StringBuilder();
        AppendString(text, key);
        return text.Append(':').Append(Write(value, depth - 1)).ToString();
    }

    private static void AppendString(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var unit in value)
        {
            if (unit is '"' or '\\') text.Append('\\').Append(unit);
            else if (unit < ' ' || "<>&'\u0085\u2028\u2029".Contains(unit)) text.Append($"\\u{(int)unit:x4}");
            else text.Append(unit);
        }
        text.Append('"');
    }
}

[Cmdlet(VerbsData.ConvertFrom, "Json")]
public sealed class ConvertFromJson : Cmdlet
{
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    public string InputObject { get; set; } = "";

    protected override void ProcessRecord()
    {
        try
        {
            WriteObject(Json.Read(InputObject));
        }
        catch (JsonException error)
        {
            ThrowTerminatingError(new ErrorRecord(new ArgumentException(error.Message), "Json", ErrorCategory.InvalidData, null));
        }
    }
}

[Cmdlet(VerbsData.ConvertTo, "Json")]
public sealed class ConvertToJson : Cmdlet
{
    [Parameter(Mandatory = true, Position = 0), AllowNull]
    public object? InputObject { get; set; }

    [Parameter]
    public int Depth { get; set; } = 2;

    [Parameter]
    public SwitchParameter Compress { get; set; }

    protected override void ProcessRecord() => WriteObject(Json.Write(InputObject, Depth));
}
