using System.Globalization;

namespace Sira.Backends.Gemini.Parts;

/// <summary>Gives calls that came without an id one of Sira's: MEAI pairs calls and results by id, the wire by name and order.</summary>
/// <remarks>
/// A generated id is made of its scope (the response's id; nothing for a whole request) and a count, so that it is the same when the same JSON is read again and unique within a conversation.
/// It is recognised by its prefix when the conversation is written, and left out.
/// </remarks>
internal sealed class GeminiCallIds(string? scope)
{
    private const string Prefix = "sira-call-";

    private readonly List<(string Name, string Id)> _unanswered = [];
    private int _count;
    private string? _code;

    public static bool IsGenerated(string id) => id.StartsWith(Prefix, StringComparison.Ordinal);

    public string ForCall(string? id, string name)
    {
        id = Or(id);
        _unanswered.Add((name, id));
        return id;
    }

    /// <summary>Returns the id of the call that a result answers: its own, or that of the first unanswered call of the same function.</summary>
    public string ForResult(string? id, string name)
    {
        for (var i = 0; i < _unanswered.Count; i++)
        {
            var call = _unanswered[i];
            if (id is null ? call.Name == name : call.Id == id)
            {
                _unanswered.RemoveAt(i);
                return call.Id;
            }
        }

        return Or(id);
    }

    public string ForCode(string? id) => _code = Or(id);

    /// <summary>Returns the id of the code whose outcome this is: its own, or that of the code before it.</summary>
    public string ForCodeResult(string? id) => string.IsNullOrWhiteSpace(id) ? _code ?? Or(null) : id;

    /// <summary>Returns the id, or a generated one when there is none.</summary>
    public string Or(string? id) =>
        !string.IsNullOrWhiteSpace(id) ? id
        : scope is null ? string.Create(CultureInfo.InvariantCulture, $"{Prefix}{_count++}")
        : string.Create(CultureInfo.InvariantCulture, $"{Prefix}{scope}-{_count++}");
}
