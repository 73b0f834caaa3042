namespace Sira.Kernel.Resources.Calendar;

/// <summary>How a booking stands.</summary>
public enum BookingState
{
    /// <summary>It is kept until it is claimed.</summary>
    Booked,

    /// <summary>It was claimed and is held.</summary>
    Claimed,

    /// <summary>What was claimed has ended.</summary>
    Ended,

    /// <summary>It was cancelled.</summary>
    Cancelled,

    /// <summary>It was not claimed in time, and others may have its place.</summary>
    Expired,
}
