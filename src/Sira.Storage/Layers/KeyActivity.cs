using Sira.Storage.Values;

namespace Sira.Storage.Layers;

/// <summary>What goes on with a key. Under the lock of its stripe.</summary>
internal sealed class KeyActivity
{
    /// <summary>How many write it.</summary>
    public int Writers { get; set; }

    /// <summary>Whether two wrote it at once, so that nobody knows which was the last.</summary>
    public bool IsContended { get; set; }

    /// <summary>How many changes of it were told of while it was written.</summary>
    public int Changes { get; set; }

    /// <summary>The tag of the first of them.</summary>
    public ETag ChangedTo { get; set; }

    /// <summary>The read that callers may join.</summary>
    public ValueFlight? Flight { get; set; }
}
