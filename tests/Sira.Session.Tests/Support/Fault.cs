namespace Sira.Session.Tests.Support;

public enum Fault
{
    None,

    /// <summary>Fails, and nothing was done.</summary>
    FailBefore,

    /// <summary>Fails, though it was done.</summary>
    FailAfter,

    /// <summary>Cancelled, and nothing was done.</summary>
    CancelBefore,

    /// <summary>Cancelled, though it was done.</summary>
    CancelAfter,

    /// <summary>Never answers; ends only when it is cancelled.</summary>
    Hang,
}
