using Sira.Storage.Values;

namespace Sira.Storage.Writing;

/// <summary>On which condition a write is made. The default is none.</summary>
public readonly record struct WriteCondition
{
    private readonly bool isAbsent;
    private readonly ETag etag;

    private WriteCondition(bool isAbsent, ETag etag) => (this.isAbsent, this.etag) = (isAbsent, etag);

    /// <summary>Gets the condition that always holds.</summary>
    public static WriteCondition None => default;

    /// <summary>Gets the condition that there is no value.</summary>
    public static WriteCondition Absent => new(isAbsent: true, ETag.None);

    /// <summary>Gets whether it always holds.</summary>
    public bool IsNone => !isAbsent && etag.IsNone;

    /// <summary>Gets the tag that the value must have; <see cref="ETag.None"/> where there must be no value, or nothing is asked.</summary>
    public ETag ETag => etag;

    /// <summary>Returns the condition that the value is still the one that was read.</summary>
    /// <param name="etag">Its tag; <see cref="ETag.None"/> of what was not there asks that it still is not.</param>
    public static WriteCondition Unchanged(ETag etag) => etag.IsNone ? Absent : new(isAbsent: false, etag);

    /// <summary>Tells whether it holds.</summary>
    /// <param name="current">The tag of what stands there.</param>
    public bool Holds(ETag current) => IsNone || (isAbsent ? current.IsNone : current == etag);
}
