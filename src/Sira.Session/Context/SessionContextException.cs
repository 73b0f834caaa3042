using Sira.Kernel.Errors;

namespace Sira.Session.Context;

/// <summary>A context cannot be built, because what must be sent does not fit or is not whole.</summary>
public sealed class SessionContextException : SiraException
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="error">What is wrong.</param>
    /// <param name="message">What is wrong, with numbers, and what to change.</param>
    public SessionContextException(SessionContextError error, string message)
        : base(message) => Error = error;

    /// <summary>Gets what is wrong.</summary>
    public SessionContextError Error { get; }

    /// <summary>Gets how many tokens, or messages, must be sent; 0 where that is not what is wrong.</summary>
    public long Required { get; init; }

    /// <summary>Gets how many may be.</summary>
    public long Allowed { get; init; }
}
