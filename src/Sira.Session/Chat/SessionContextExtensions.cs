using Microsoft.Extensions.AI;
using Sira.Session.Context;

namespace Sira.Session.Chat;

/// <summary>Tells what of a session was sent for an answer.</summary>
public static class SessionContextExtensions
{
    internal const string PropertyName = "sira.session.context";

    /// <summary>Returns what was sent of the session and why: the blocks with the versions of their messages, and what was left out.</summary>
    /// <param name="response">The answer, or the last update of one.</param>
    /// <returns>The context; <see langword="null"/> for an answer without a session.</returns>
    public static SessionContext? GetSessionContext(this ChatResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return Find(response.AdditionalProperties);
    }

    /// <summary>Returns what was sent of the session and why. It stands on the last update.</summary>
    /// <param name="update">The update.</param>
    /// <returns>The context; <see langword="null"/> for an answer without a session, and for all updates but the last.</returns>
    public static SessionContext? GetSessionContext(this ChatResponseUpdate update)
    {
        ArgumentNullException.ThrowIfNull(update);
        return Find(update.AdditionalProperties);
    }

    private static SessionContext? Find(AdditionalPropertiesDictionary? properties) =>
        properties is not null && properties.TryGetValue(PropertyName, out var value) ? value as SessionContext : null;
}
