using System.Collections.Concurrent;
using Sira.Kernel.Configuration;

namespace Sira.Kernel.Tests.Configuration;

public sealed class SnapshotStoreTests
{
    private readonly SnapshotStore<Pair> store = new();

    [Fact]
    public void Current_BeforeTheFirst_Throws()
    {
        Assert.Equal(0, store.Version);
        Assert.Contains(nameof(Pair), Assert.Throws<InvalidOperationException>(() => store.Current).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Publish_EachSnapshot_HasTheNextVersionAndSeesThePrevious()
    {
        var first = store.Publish((version, previous) =>
        {
            Assert.Null(previous);
            return new Pair(version, version);
        });
        Assert.Same(first, store.Current);
        Assert.Equal(1, store.Version);

        var second = store.Publish((version, previous) =>
        {
            Assert.Same(first, previous);
            Assert.Same(first, store.Current);
            return new Pair(version, version);
        });
        Assert.Same(second, store.Current);
        Assert.Equal(2, second.Left);
        Assert.Equal(2, store.Version);
    }

    [Fact]
    public void Publish_BuildFails_KeepsTheCurrentAndItsVersion()
    {
        Assert.Throws<FormatException>(() => store.Publish((_, _) => throw new FormatException()));
        Assert.Equal(0, store.Version);
        var first = store.Publish((version, _) => new Pair(version, version));

        Assert.Throws<FormatException>(() => store.Publish((_, _) => throw new FormatException()));
        Assert.Throws<InvalidOperationException>(() => store.Publish((_, _) => null!));
        Assert.Throws<ArgumentNullException>(() => store.Publish(null!));

        Assert.Same(first, store.Current);
        Assert.Equal(1, store.Version);
        Assert.Equal(2, store.Publish((version, _) => new Pair(version, version)).Left);
    }

    [Fact]
    public void Publish_FromWithinABuild_Throws()
    {
        Assert.Throws<InvalidOperationException>(() => store.Publish((_, _) => store.Publish((version, _) => new Pair(version, version))));

        Assert.Equal(0, store.Version);
        store.Publish((version, _) => new Pair(version, version));
        Assert.Equal(1, store.Version);
    }

    [Fact]
    public void Publish_ManyThreads_NoVersionIsLostAndNoReaderSeesAMixture()
    {
        const int Publishers = 3;
        const int PerPublisher = 5_000;
        store.Publish((version, _) => new Pair(version, version));
        var failures = new ConcurrentQueue<string>();
        var stop = 0;
        var readers = Enumerable.Range(0, 3).Select(_ => new Thread(() =>
        {
            long last = 0;
            while (Volatile.Read(ref stop) == 0)
            {
                var before = store.Version;
                var snapshot = store.Current;
                var after = store.Version;
                if (snapshot.Left != snapshot.Right || snapshot.Left < before || snapshot.Left > after || snapshot.Left < last)
                {
                    failures.Enqueue($"{snapshot} read between versions {before} and {after}, after {last}");
                }

                last = snapshot.Left;
            }
        })).ToArray();
        var publishers = Enumerable.Range(0, Publishers).Select(publisher => new Thread(() =>
        {
            for (var i = 0; i < PerPublisher; i++)
            {
                try
                {
                    store.Publish((version, previous) =>
                    {
                        if (previous!.Left != version - 1)
                        {
                            failures.Enqueue($"{version} was built on {previous}");
                        }

                        // Every fifth build fails, which no reader may notice.
                        return i % 5 == publisher ? throw new FormatException() : new Pair(version, version);
                    });
                }
                catch (FormatException)
                {
                }
            }
        })).ToArray();
        Thread[] all = [.. readers, .. publishers];
        Array.ForEach(all, thread => thread.Start());
        Array.ForEach(publishers, thread => thread.Join());
        Volatile.Write(ref stop, 1);
        Array.ForEach(readers, thread => thread.Join());

        Assert.Empty(failures);
        Assert.Equal(1 + (Publishers * PerPublisher * 4 / 5), store.Version);
        Assert.Equal(store.Version, store.Current.Right);
    }

    private sealed record Pair(long Left, long Right);
}
