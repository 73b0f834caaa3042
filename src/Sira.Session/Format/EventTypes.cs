using System.Collections.Frozen;
using System.Text;

namespace Sira.Session.Format;

/// <summary>What events are called in the log. Never renamed: old logs have them.</summary>
internal static class EventTypes
{
    public const string Created = "created";
    public const string Forked = "forked";
    public const string Message = "message";
    public const string TurnStarted = "turn-started";
    public const string TurnCompleted = "turn-completed";
    public const string TurnFailed = "turn-failed";
    public const string TurnCancelled = "turn-cancelled";
    public const string State = "state";
    public const string Summary = "summary";
    public const string Rewound = "rewound";
    public const string Archived = "archived";
    public const string Resumed = "resumed";
    public const string Closed = "closed";
    public const string Erased = "erased";

    private static readonly FrozenSet<string> Known = FrozenSet.ToFrozenSet(
        [Created, Forked, Message, TurnStarted, TurnCompleted, TurnFailed, TurnCancelled, State, Summary, Rewound, Archived, Resumed, Closed, Erased],
        StringComparer.Ordinal);

    /// <summary>Tells whether a type is known.</summary>
    public static bool IsKnown(string type) => Known.Contains(type);

    /// <summary>Returns the text of a type, the same one each time where it is known.</summary>
    public static string Of(ReadOnlySpan<byte> name)
    {
        Span<char> text = stackalloc char[Encoding.UTF8.GetMaxCharCount(name.Length)];
        ReadOnlySpan<char> type = text[..Encoding.UTF8.GetChars(name, text)];
        return ByText.TryGetValue(type, out var known) ? known : type.ToString();
    }

    private static FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> ByText { get; } = Known.GetAlternateLookup<ReadOnlySpan<char>>();
}
