using System.Collections.Concurrent;

namespace Sira.Kernel.Resources.Quotas;

/// <summary>Limits in a hierarchy of any depth, such as organisation, tenant, user and key, each level with limits for several kinds of resource. One call reserves along the whole path.</summary>
/// <remarks>
/// <para>Thread-safe. Reserving takes no lock. A level without a limit costs nothing.</para>
/// <para>A path is text with <c>/</c> between its levels. Limits are set for a path or for a pattern in which <c>*</c> stands for any name: <c>acme/*</c> gives each user of acme the same limit, each its own. Where several fit, the one that is exact further left counts.</para>
/// <para>The number of paths kept is bounded. A new one takes the place of one that is idle: nothing used on its own level, nothing reserved through it, nobody waiting and no path below. When none is idle, the tree grows rather than forget what somebody has used.</para>
/// </remarks>
public sealed class QuotaTree
{
    /// <summary>How many paths are kept at most unless it is told otherwise: 10,000.</summary>
    public const int DefaultMaximumPaths = 10_000;

    private const int MaximumDepth = 8;
    private const int MaximumLength = 1024;
    private const int Glances = 64;

    private readonly ConcurrentDictionary<string, QuotaPath> paths = new(StringComparer.Ordinal);
    private readonly List<QuotaPath> ring = [];
    private readonly QuotaRules rules;
    private readonly Lock gate = new();
    private readonly TimeProvider time;
    private readonly int maximumPaths;
    private int hand;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="name">The name that a rejection quotes before the path and the kind.</param>
    /// <param name="kinds">The names of the kinds that may be limited, such as <c>requests per minute</c> and <c>tokens per minute</c>, in the order in which amounts are given. What has two windows is two kinds.</param>
    /// <param name="time">The clock of the windows.</param>
    /// <param name="maximumPaths">How many paths are kept at most, but for those that cannot be spared.</param>
    /// <exception cref="ArgumentException">The name or a kind is blank, a kind is named twice, or there is none.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Not even one path is allowed.</exception>
    public QuotaTree(string name, IEnumerable<string> kinds, TimeProvider time, int maximumPaths = DefaultMaximumPaths)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(kinds);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumPaths, 1);
        Name = name;
        Kinds = [.. kinds];
        if (Kinds.Count == 0 || Kinds.Any(string.IsNullOrWhiteSpace) || Kinds.Distinct(StringComparer.Ordinal).Count() != Kinds.Count)
        {
            throw new ArgumentException($"The kinds are '{string.Join("', '", Kinds)}'. Name at least one, none blank and none twice.", nameof(kinds));
        }

        rules = new QuotaRules(Kinds.Count);
        this.time = time;
        this.maximumPaths = maximumPaths;
    }

    /// <summary>Gets the name that a rejection quotes before the path and the kind.</summary>
    public string Name { get; }

    /// <summary>Gets the names of the kinds, in the order in which amounts are given.</summary>
    public IReadOnlyList<string> Kinds { get; }

    /// <summary>Gets how many paths are kept now, each level of each counted.</summary>
    public int Count => paths.Count;

    /// <summary>Sets, changes or removes the limit of one kind on one level. What is used stays, as <see cref="ResourcePoolRegistry.GetOrAdd"/> says of pools; who waits for a limit that was raised continues on this thread.</summary>
    /// <param name="pattern">The path, or a pattern with <c>*</c> for any name on a level.</param>
    /// <param name="kind">The name of the kind.</param>
    /// <param name="definition">The limit; <see langword="null"/> leaves the level to a less exact pattern, or without a limit.</param>
    /// <exception cref="ArgumentException">The pattern is malformed, or the kind is unknown.</exception>
    public void SetLimit(string pattern, string kind, ResourcePoolDefinition? definition)
    {
        CheckPath(pattern, nameof(pattern));
        var index = IndexOf(kind);
        List<ResourcePool> changed = [];
        lock (gate)
        {
            rules.Set(pattern, index, definition);
            foreach (var path in ring)
            {
                if (QuotaRules.Matches(pattern, path.Name))
                {
                    Apply(path, index, changed);
                }
            }

            // The levels below have the pools of those above.
            foreach (var path in ring)
            {
                path.Limits = Flatten(path);
            }
        }

        // Not under the lock: who waits continues on this thread.
        changed.ForEach(static pool => pool.SignalRoom());
    }

    /// <summary>Returns the place of a path. Finding one that is kept takes no lock and allocates nothing.</summary>
    /// <param name="path">The path, such as <c>acme/research/alice</c>: up to 8 levels and 1024 characters, no level empty or <c>*</c>.</param>
    /// <returns>The place.</returns>
    /// <exception cref="ArgumentException">The path is malformed.</exception>
    public QuotaPath Get(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (paths.TryGetValue(path, out var known))
        {
            return known;
        }

        CheckPath(path, nameof(path));
        if (QuotaRules.HasWildcard(path))
        {
            throw new ArgumentException($"'{path}' is a pattern. Name one path; '*' stands for any only where limits are set.", nameof(path));
        }

        lock (gate)
        {
            Sweep();
            return GetOrAdd(path);
        }
    }

    /// <summary>Returns the place of a kind among <see cref="Kinds"/>.</summary>
    /// <param name="kind">The name of the kind.</param>
    /// <returns>The place.</returns>
    /// <exception cref="ArgumentException">There is no such kind.</exception>
    public int IndexOf(string kind)
    {
        for (var i = 0; i < Kinds.Count; i++)
        {
            if (string.Equals(Kinds[i], kind, StringComparison.Ordinal))
            {
                return i;
            }
        }

        throw new ArgumentException($"'{kind}' is no kind of '{Name}'. Use one of '{string.Join("', '", Kinds)}'.", nameof(kind));
    }

    internal ResourcePool? PoolOf(QuotaPath path, int kind)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(kind);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(kind, Kinds.Count);
        lock (gate)
        {
            return path.Own[kind]?.Pool;
        }
    }

    private QuotaPath GetOrAdd(string name)
    {
        if (paths.TryGetValue(name, out var known))
        {
            return known;
        }

        var end = name.LastIndexOf(QuotaRules.Separator);
        var parent = end < 0 ? null : GetOrAdd(name[..end]);
        var path = new QuotaPath(this, name, parent) { Own = new QuotaLimit?[Kinds.Count] };
        for (var kind = 0; kind < Kinds.Count; kind++)
        {
            path.Own[kind] = rules.Find(name, kind) is { } definition ? NewLimit(name, kind, definition) : null;
        }

        path.Limits = Flatten(path);
        if (parent is not null)
        {
            parent.Children++;
        }

        ring.Add(path);
        paths[name] = path;
        return path;
    }

    private void Apply(QuotaPath path, int kind, List<ResourcePool> changed)
    {
        var next = rules.Find(path.Name, kind);
        var previous = path.Own[kind];
        if (next == previous?.Definition)
        {
            return;
        }

        if (previous is not null)
        {
            changed.Add(previous.Pool);
        }

        if (next is null)
        {
            path.Own[kind] = null;
        }
        else if (previous is not null && previous.Definition.DiffersOnlyInLimit(next))
        {
            previous.Pool.SetLimit(next.Limit);
            path.Own[kind] = previous with { Definition = next };
        }
        else
        {
            path.Own[kind] = NewLimit(path.Name, kind, next);
            previous?.Definition.CarryOver(previous.Pool, next, path.Own[kind]!.Pool);
        }
    }

    private QuotaLimit NewLimit(string path, int kind, ResourcePoolDefinition definition) =>
        new(definition, definition.Create($"{Name} '{path}' {Kinds[kind]}", time));

    private static QuotaLimits Flatten(QuotaPath path)
    {
        List<ResourcePool> pools = [];
        List<int> kinds = [];
        Collect(path);
        return new QuotaLimits([.. pools], [.. kinds]);

        void Collect(QuotaPath level)
        {
            if (level.Parent is not null)
            {
                Collect(level.Parent);
            }

            for (var kind = 0; kind < level.Own.Length; kind++)
            {
                if (level.Own[kind] is { } limit)
                {
                    pools.Add(limit.Pool);
                    kinds.Add(kind);
                }
            }
        }
    }

    private void Sweep()
    {
        for (var glances = Glances; glances > 0 && ring.Count >= maximumPaths && ring.Count > 0; glances--)
        {
            hand = hand < ring.Count ? hand : 0;
            var path = ring[hand];
            if (path.TryRetire())
            {
                paths.TryRemove(path.Name, out _);
                ring[hand] = ring[^1];
                ring.RemoveAt(ring.Count - 1);
                if (path.Parent is { } parent)
                {
                    parent.Children--;
                }
            }
            else
            {
                hand++;
            }
        }
    }

    private static void CheckPath(string path, string parameter)
    {
        ArgumentNullException.ThrowIfNull(path, parameter);
        var depth = 0;
        foreach (var range in path.AsSpan().Split(QuotaRules.Separator))
        {
            depth++;
            if (path.AsSpan()[range].IsWhiteSpace())
            {
                throw new ArgumentException($"'{path}' has a level without a name. Write names with one '{QuotaRules.Separator}' between them.", parameter);
            }
        }

        if (depth > MaximumDepth || path.Length > MaximumLength)
        {
            throw new ArgumentException($"A path of {depth} levels and {path.Length} characters is too long: at most {MaximumDepth} and {MaximumLength}.", parameter);
        }
    }
}
