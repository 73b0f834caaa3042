namespace Sira.Kernel.Messaging.DeadLetters;

/// <summary>Why a message was set aside.</summary>
public enum DeadLetterReason
{
    /// <summary>Its handler failed as often as it may.</summary>
    Failed,

    /// <summary>Its handler failed in a way that is not worth a retry, or asked for it to be set aside.</summary>
    Rejected,

    /// <summary>Its handler did not settle it within the acknowledgement window as often as it may.</summary>
    NotAcknowledged,

    /// <summary>The process died with it again and again.</summary>
    Poison,

    /// <summary>Its time to live had passed before a handler was free.</summary>
    Expired,

    /// <summary>Its content cannot be read: its key was removed, it was damaged, or the serializer refuses it.</summary>
    Unreadable,

    /// <summary>The group's filter threw.</summary>
    FilterFailed,
}
