namespace Sira.Kernel.Messaging.Errors;

/// <summary>The journal keeps as many messages as it may and takes no more. Nothing of the batch was kept.</summary>
public sealed class JournalFullException : JournalException
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="capacity">How many messages it may keep.</param>
    public JournalFullException(long capacity)
        : base($"The journal keeps {capacity} messages already and takes no more. Look for a group that has fallen behind or is no longer used (and delete that one), or raise the capacity.") => Capacity = capacity;

    /// <summary>Initializes a new instance for a journal whose store is full.</summary>
    /// <param name="message">What is full and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public JournalFullException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Gets how many messages it may keep; <see langword="null"/> where its store sets the limit, such as the size of a disk.</summary>
    public long? Capacity { get; }
}
