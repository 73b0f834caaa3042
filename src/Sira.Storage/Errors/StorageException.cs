using Sira.Kernel.Errors;

namespace Sira.Storage.Errors;

/// <summary>Something went wrong with an engine.</summary>
public sealed class StorageException : SiraException
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="kind">What went wrong.</param>
    /// <param name="engine">The name of the engine.</param>
    /// <param name="message">What happened, and what to do; never holds a value or a password.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public StorageException(StorageErrorKind kind, string engine, string message, Exception? innerException = null)
        : base(Sentence.End(message), innerException) => (Kind, Engine, IsTransient) = (kind, engine, kind is StorageErrorKind.Unavailable or StorageErrorKind.Timeout or StorageErrorKind.Busy);

    /// <summary>Gets what went wrong.</summary>
    public StorageErrorKind Kind { get; }

    /// <summary>Gets the name of the engine.</summary>
    public string Engine { get; }

    /// <summary>Gets whether the write that failed may have been made all the same. Where it is not so, nothing has changed.</summary>
    public bool IsUncertain { get; init; }

    /// <summary>Gets whether the value was erased on purpose: it is gone, and whoever lists values lists it no more.</summary>
    internal bool IsErased { get; init; }

    /// <summary>Gets whether it may go well when it is tried again.</summary>
    public bool IsTransient { get; internal init; }
}
