using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Sira.Kernel.Contributions;

/// <summary>What the host and the plugins contribute at one moment.</summary>
/// <remarks>Thread-safe. The list of contributors never changes; a contributor in it may be revoked after the snapshot was superseded.</remarks>
public sealed class ContributionSnapshot
{
    private readonly ConcurrentDictionary<Type, Lazy<object>> indexes = new();

    /// <summary>Initializes a new instance.</summary>
    /// <param name="version">Its number, larger than that of every earlier one.</param>
    /// <param name="contributors">The contributors, the host first.</param>
    public ContributionSnapshot(long version, params IReadOnlyList<Contributor> contributors)
    {
        ArgumentNullException.ThrowIfNull(contributors);
        (Version, Contributors) = (version, [.. contributors]);
    }

    /// <summary>Gets the number, larger in each later snapshot.</summary>
    public long Version { get; }

    /// <summary>Gets who contributes: the host first, then the plugins in the order in which they were started.</summary>
    public ImmutableArray<Contributor> Contributors { get; }

    /// <summary>Gets everything of a contract that is contributed. Resolved at the first call and kept.</summary>
    /// <typeparam name="T">The contract.</typeparam>
    /// <returns>The contributions, in the order of the contributors.</returns>
    public IReadOnlyList<Contribution<T>> Get<T>()
        where T : class => GetIndex(static snapshot => (IReadOnlyList<Contribution<T>>)[.. snapshot.Contributors.SelectMany(static contributor => contributor.ContributeAll<T>())]);

    /// <summary>Gets something derived from the contributions of this snapshot, such as a table by name. Built at the first call for its type and kept as long as the snapshot.</summary>
    /// <typeparam name="TIndex">The type of what is built.</typeparam>
    /// <param name="build">Builds it; what it throws is thrown again at each call.</param>
    /// <returns>What was built.</returns>
    public TIndex GetIndex<TIndex>(Func<ContributionSnapshot, TIndex> build)
        where TIndex : class
    {
        ArgumentNullException.ThrowIfNull(build);
        return (TIndex)indexes.GetOrAdd(typeof(TIndex), static (_, state) => new Lazy<object>(() => state.build(state.snapshot)), (build, snapshot: this)).Value;
    }
}
