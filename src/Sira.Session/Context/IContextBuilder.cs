namespace Sira.Session.Context;

/// <summary>Decides what of a session's history is sent with the next request, under a budget of tokens. Thread-safe.</summary>
/// <remarks>
/// What every builder keeps to, and what its tests are to prove: a tool call is sent with all its results or not at all; the last user message is always sent; nothing is over
/// the budget or the limits; the order is that of the history; what is left out is told.
/// </remarks>
public interface IContextBuilder
{
    /// <summary>Gets the name by which configuration calls it.</summary>
    string Name { get; }

    /// <summary>Chooses what is sent.</summary>
    /// <param name="request">What there is to send, and how much may be.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The messages, with the reason for each and for what was left out.</returns>
    /// <exception cref="SessionContextException">What must be sent does not fit, or is a tool result or call without its other half.</exception>
    ValueTask<SessionContext> BuildAsync(ContextRequest request, CancellationToken cancellationToken = default);
}
