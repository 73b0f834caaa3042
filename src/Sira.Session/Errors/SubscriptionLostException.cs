using Sira.Kernel.Errors;

namespace Sira.Session.Errors;

/// <summary>A durable subscription was opened by somebody else, who goes on with it.</summary>
public sealed class SubscriptionLostException : SiraException
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="name">The name of the subscription.</param>
    public SubscriptionLostException(string name)
        : base($"The subscription '{name}' was opened by somebody else, who goes on with it. Give each reader that is to see everything a name of its own.") => Name = name;

    /// <summary>Gets the name of the subscription.</summary>
    public string Name { get; }
}
