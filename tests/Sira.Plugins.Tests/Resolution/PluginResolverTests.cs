using Sira.Plugins.Resolution;
using Sira.Plugins.Tests.Support;
using static Sira.Plugins.Tests.Support.Plugins;

namespace Sira.Plugins.Tests.Resolution;

/// <summary>Bounds: steps, cancellation, depth, threads.</summary>
public sealed class PluginResolverTests
{
    [Fact]
    public void Resolve_StepsRunOut_ThrowsATypedError()
    {
        var exception = Assert.Throws<ResolutionLimitException>(() => Hard().Resolve(Request("p0", "low") with { MaximumSteps = 100 }));

        Assert.Equal(100, exception.MaximumSteps);
        Assert.Equal("The plugins were not resolved within 100 steps. Narrow the ranges of the plugins asked for, remove old versions, or raise MaximumSteps.", exception.Message);
    }

    [Fact]
    public void Resolve_StepsRunOutWhileLookingForFurtherMistakes_GivesTheFirst()
    {
        var failed = Hard().Resolve(Request("missing") with { MaximumSteps = 100 });
        var resolution = Hard().Resolve(Request("missing", "p0", "low") with { MaximumSteps = 100 });

        Assert.False(failed.Succeeded);
        Assert.Equal("The host asks for missing, but there is no plugin of that name.", Explanation(resolution));
    }

    [Fact]
    public void Resolve_CancelledBefore_Throws() =>
        Assert.Throws<OperationCanceledException>(() => new PluginResolver(Hard().Catalogue).Resolve(Request("p0"), new CancellationToken(canceled: true)));

    [Fact]
    public void Resolve_CancelledDuring_Throws()
    {
        using var source = new CancellationTokenSource();
        var asked = new CancellingList(source, Request("p0", "low").Plugins);

        var exception = Assert.Throws<OperationCanceledException>(() => new PluginResolver(Hard().Catalogue).Resolve(Request() with { Plugins = asked }, source.Token));

        Assert.Equal(source.Token, exception.CancellationToken);
    }

    [Fact]
    public void Resolve_ChainLongerThanAnyStack_Resolves()
    {
        var plugins = new Support.Plugins().Add("p0 1.0.0");
        for (var i = 1; i < 20_000; i++)
        {
            plugins.Add($"p{i} 1.0.0", $"p{i - 1}");
        }

        var resolution = plugins.Resolve("p19999");

        Assert.Equal(Enumerable.Range(0, 20_000).Select(static i => $"p{i} 1.0.0"), resolution.Plugins.Select(static plugin => plugin.Manifest.ToString()));
    }

    [Fact]
    public void Resolve_OnManyThreads_GivesEachTheSame()
    {
        var resolver = new PluginResolver(Hard().Catalogue);
        var sets = new string[8];

        Parallel.For(0, sets.Length, i => sets[i] = Set(resolver.Resolve(Request("p0", "low"))));

        Assert.Single(sets.Distinct());
    }

    // Every pair must agree on a version, and the last is pinned to the lowest.
    private static Support.Plugins Hard()
    {
        var plugins = new Support.Plugins().Add("low 1.0.0", "p9 [1.0]");
        for (var i = 0; i < 10; i++)
        {
            for (var version = 1; version <= 10; version++)
            {
                plugins.Add($"p{i} {version}.0.0", i == 9 ? [] : [$"p{i + 1} [{version}.0]"]);
            }
        }

        return plugins;
    }

    /// <summary>Cancels when the resolver has begun to read what is asked.</summary>
    private sealed class CancellingList(CancellationTokenSource source, IReadOnlyList<PluginRequest> inner) : IReadOnlyList<PluginRequest>
    {
        public int Count => inner.Count;

        public PluginRequest this[int index] => inner[index];

        public IEnumerator<PluginRequest> GetEnumerator()
        {
            source.Cancel();
            return inner.GetEnumerator();
        }

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
