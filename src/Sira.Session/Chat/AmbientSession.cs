namespace Sira.Session.Chat;

/// <summary>The session of everything that runs below, where calls cannot name it themselves.</summary>
public static class AmbientSession
{
    private static readonly AsyncLocal<SessionKey?> Value = new();

    /// <summary>Gets the session; <see langword="null"/> for none.</summary>
    public static SessionKey? Current => Value.Value;

    /// <summary>Makes calls without a <c>ConversationId</c> belong to a session, until the result is disposed of.</summary>
    /// <param name="session">The session.</param>
    /// <returns>Ends it.</returns>
    public static IDisposable Begin(SessionKey session)
    {
        var scope = new Scope(Value.Value);
        Value.Value = session;
        return scope;
    }

    private sealed class Scope(SessionKey? outer) : IDisposable
    {
        public void Dispose() => Value.Value = outer;
    }
}
