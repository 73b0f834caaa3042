using Sira.Kernel.Messaging.Errors;
using Sira.Storage.Errors;

namespace Sira.Storage.Messaging;

/// <summary>Says in the words of the bus what an engine has to say.</summary>
internal static class JournalErrors
{
    /// <summary>Translates an error.</summary>
    /// <param name="exception">The error.</param>
    /// <param name="action">What was to be done, as in "could not ... ".</param>
    public static JournalException From(StorageException exception, string action)
    {
        var certainty = exception.IsUncertain ? " It may have been done all the same." : string.Empty;
        var message = $"The journal could not {action}.{certainty} {exception.Message}";
        return exception.Kind is StorageErrorKind.Full ? new JournalFullException(message, exception) : new JournalException(message, exception);
    }
}
