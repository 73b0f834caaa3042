using Microsoft.Extensions.AI;

namespace Sira.Session.Turns;

/// <summary>How a turn has ended, and what it took.</summary>
/// <param name="Outcome">How it has ended.</param>
public sealed record TurnEnd(TurnOutcome Outcome)
{
    /// <summary>Gets why the answer ended, as the provider says; <see langword="null"/> if it does not.</summary>
    public ChatFinishReason? FinishReason { get; init; }

    /// <summary>Gets what the turn used; <see langword="null"/> for unknown.</summary>
    public UsageDetails? Usage { get; init; }

    /// <summary>Gets the model that answered; <see langword="null"/> for unknown.</summary>
    public string? Model { get; init; }

    /// <summary>Gets what went wrong, for people; <see langword="null"/> for nothing.</summary>
    public string? Error { get; init; }
}
