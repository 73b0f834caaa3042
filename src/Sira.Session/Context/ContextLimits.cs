namespace Sira.Session.Context;

/// <summary>What a target asks of the messages that it is sent.</summary>
public sealed record ContextLimits
{
    /// <summary>Gets the limits of a target that takes everything.</summary>
    public static ContextLimits None { get; } = new();

    /// <summary>Gets how many messages it takes; <see langword="null"/> for any number.</summary>
    public int? MaximumMessages { get; init; }

    /// <summary>Gets whether user and assistant must take turns: neighbours of one role are then sent as one message.</summary>
    public bool AlternatingRoles { get; init; }

    /// <summary>Gets whether the first message after the system's must be a user's: where it would be another's, a short one is put before it.</summary>
    public bool UserFirst { get; init; }
}
