using Sira.Kernel.Messaging.Errors;

namespace Sira.Kernel.Messaging.Envelopes;

/// <summary>An envelope could not be packed or opened.</summary>
public sealed class EnvelopeException : MessagingException
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="message">What is wrong and what to do.</param>
    public EnvelopeException(string message)
        : base(message)
    {
    }
}
