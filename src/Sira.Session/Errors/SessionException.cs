using Sira.Kernel.Errors;

namespace Sira.Session.Errors;

/// <summary>The base of what goes wrong with a session. What goes wrong with the engine is a <see cref="Storage.Errors.StorageException"/>.</summary>
public abstract class SessionException : SiraException
{
    private protected SessionException(SessionKey key, string message, Exception? innerException = null)
        : base(message, innerException) => Key = key;

    /// <summary>Gets the session.</summary>
    public SessionKey Key { get; }
}
