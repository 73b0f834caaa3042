using Sira.Storage.Keys;

namespace Sira.Storage.Codecs.Encryption;

/// <summary>Gives the values and streams of a namespace data keys of their own, so that a part of it can be erased, such as one session. Without a rule a tenant has one.</summary>
/// <remarks>Counts for what is written from then on: what was written before stays encrypted with the key that it has.</remarks>
/// <param name="Namespace">The namespace.</param>
/// <param name="Select">Chooses the subject by a key; <see langword="null"/> or an empty text for the tenant as a whole. Called at every write: fast, thread-safe, and always the same for the same key.</param>
public sealed record SubjectRule(string Namespace, Func<StoreKey, string?> Select)
{
    /// <summary>Gets what the names are names in. Rules of several namespaces with one scope share the keys of equal names, so that these are erased together.</summary>
    /// <value>Default: the namespace.</value>
    public string Scope { get; init; } = Namespace;

    /// <summary>Returns the rule that takes what stands before the first <c>/</c> of a name, or the whole of a name without one.</summary>
    /// <param name="namespace">The namespace.</param>
    public static SubjectRule FirstSegment(string @namespace) =>
        new(@namespace, static key => key.Name.IndexOf('/', StringComparison.Ordinal) is >= 0 and var end ? key.Name[..end] : key.Name);
}
