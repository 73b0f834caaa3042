namespace Sira.Session.Context.Building;

/// <summary>How much room there is, or how much something takes.</summary>
internal readonly record struct ContextRoom(long Tokens, int Messages)
{
    public static ContextRoom operator +(ContextRoom left, ContextRoom right) => new(left.Tokens + right.Tokens, left.Messages + right.Messages);

    public static ContextRoom operator -(ContextRoom left, ContextRoom right) => new(left.Tokens - right.Tokens, left.Messages - right.Messages);

    public bool Holds(ContextRoom other) => other.Tokens <= Tokens && other.Messages <= Messages;

    public ContextRoom Share(double share) => new((long)(Tokens * share), (int)(Messages * share));
}
