using Sira.Kernel.Errors;

namespace Sira.Kernel.Messaging.Errors;

/// <summary>The handler of a request threw, or ended without an answer; the inner exception is what it threw.</summary>
public sealed class RequestFailedException : MessagingException
{
    internal RequestFailedException(string name, Exception exception)
        : base($"The handler of the request '{name}' failed with {exception.GetType().Name}: {Sentence.End(exception.Message)} The handler is what to look at.", exception) => Name = name;

    /// <summary>Gets the name of the request.</summary>
    public string Name { get; }
}
