namespace Sira.Plugins.LeakDoctor.Heap;

/// <summary>A context in a snapshot whose unloading has begun.</summary>
/// <param name="name">Its name.</param>
/// <param name="address">Its address.</param>
internal sealed class StoppedContext(string name, ulong address)
{
    public string Name => name;

    public ulong Address => address;

    /// <summary>Gets or sets the object that every object and type of the context keeps alive, and that keeps the context alive.</summary>
    public ulong Allocator { get; set; }

    public long Objects { get; set; }

    public long Bytes { get; set; }
}
