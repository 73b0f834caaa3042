using System.Globalization;

namespace Sira.Kernel.Messaging.Errors;

/// <summary>A request was not answered in time. The handler, if one had begun, was told to stop; it may have had its effect.</summary>
public sealed class RequestTimeoutException : MessagingException
{
    internal RequestTimeoutException(string name, TimeSpan timeout, bool started)
        : base(string.Create(CultureInfo.InvariantCulture, $"The request '{name}' was not answered within {timeout}; {(started ? "its handler was running and was told to stop, and may have had its effect" : "no handler had begun, all were busy")}. Raise RequestOptions.Timeout, or give it more responders.")) =>
        (Name, Timeout, Started) = (name, timeout, started);

    /// <summary>Gets the name of the request.</summary>
    public string Name { get; }

    /// <summary>Gets how long was waited.</summary>
    public TimeSpan Timeout { get; }

    /// <summary>Gets whether a handler had begun.</summary>
    public bool Started { get; }
}
