namespace Sira.Kernel.Messaging.Errors;

/// <summary>Nobody answers requests of this name and these types.</summary>
public sealed class NoResponderException : MessagingException
{
    internal NoResponderException(string name, Type request, Type reply)
        : base($"Nobody answers requests '{name}' of {request.Name} with {reply.Name}. Call Respond with this name and these types before the request is made.") => Name = name;

    /// <summary>Gets the name of the request.</summary>
    public string Name { get; }
}
