using Sira.Simulation.Faults;

namespace Sira.Simulation.Wires;

/// <summary>How a family of providers words errors.</summary>
internal abstract class ErrorShape
{
    /// <summary>Gets the spelling of the delay after a 429 that this family uses.</summary>
    public abstract IReadOnlyList<RetryAfterStyle> RetryAfterStyles { get; }

    /// <summary>Returns the HTTP status of a kind.</summary>
    /// <param name="kind">The kind.</param>
    /// <returns>The status; 200 where the provider reports this kind inside a successful answer.</returns>
    public abstract int StatusOf(ProviderErrorKind kind);

    /// <summary>Writes the body.</summary>
    /// <param name="error">The error.</param>
    /// <returns>The JSON.</returns>
    public abstract byte[] WriteBody(ProviderError error);

    /// <summary>Writes the event that reports an error in the middle of a stream.</summary>
    /// <param name="error">The error.</param>
    /// <returns>The event.</returns>
    public abstract byte[] WriteEvent(ProviderError error);
}
