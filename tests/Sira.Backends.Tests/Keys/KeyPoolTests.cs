using Sira.Backends.Keys;
using Sira.Errors;
using Sira.Simulation.Time;

namespace Sira.Backends.Tests.Keys;

public sealed class KeyPoolTests
{
    private readonly VirtualTimeProvider time = new();

    [Fact]
    public void Take_SeveralKeys_RotatesAmongThem()
    {
        var pool = Create("a", "b", "c");

        Assert.Equal(["a", "b", "c", "a", "b"], Enumerable.Range(0, 5).Select(_ => Value(pool.Take())));
    }

    [Fact]
    public void Take_NoKeys_GivesNone()
    {
        Assert.Null(Create().Take());
    }

    [Fact]
    public void Report_RateLimited_RestsTheKeyAsLongAsAsked()
    {
        var pool = Create("a", "b");
        var first = pool.Take();

        Assert.True(pool.Report(first, BackendErrorKind.RateLimited, TimeSpan.FromSeconds(30)));

        Assert.Equal(["b", "b"], Enumerable.Range(0, 2).Select(_ => Value(pool.Take())));
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(["b", "b"], Enumerable.Range(0, 2).Select(_ => Value(pool.Take())));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains("a", Enumerable.Range(0, 2).Select(_ => Value(pool.Take())));
    }

    [Theory]
    [InlineData(BackendErrorKind.Authentication)]
    [InlineData(BackendErrorKind.Billing)]
    [InlineData(BackendErrorKind.QuotaExhausted)]
    public void Report_KeyRefused_RestsForMinutes(BackendErrorKind kind)
    {
        var pool = Create("a", "b");

        Assert.True(pool.Report(pool.Take(), kind, null));

        time.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(["b", "b"], Enumerable.Range(0, 2).Select(_ => Value(pool.Take())));
        time.Advance(TimeSpan.FromMinutes(6));
        Assert.Contains("a", Enumerable.Range(0, 2).Select(_ => Value(pool.Take())));
    }

    [Theory]
    [InlineData(BackendErrorKind.ServerError)]
    [InlineData(BackendErrorKind.Transport)]
    [InlineData(BackendErrorKind.BadRequest)]
    [InlineData(BackendErrorKind.ContextLength)]
    public void Report_NotTheKeysFault_RestsNothing(BackendErrorKind kind)
    {
        var pool = Create("a", "b");

        Assert.False(pool.Report(pool.Take(), kind, TimeSpan.FromSeconds(60)));

        Assert.Equal(["b", "a"], Enumerable.Range(0, 2).Select(_ => Value(pool.Take())));
    }

    [Fact]
    public void Take_AllResting_TakesTheOneThatIsDueFirst()
    {
        var pool = Create("a", "b", "c");
        Report(pool, "a", 60);
        Report(pool, "b", 10);
        Assert.False(Report(pool, "c", 30));

        Assert.Equal(["b", "b"], Enumerable.Range(0, 2).Select(_ => Value(pool.Take())));
    }

    [Fact]
    public void Report_ShorterRestWithinALongerOne_KeepsTheLonger()
    {
        var pool = Create("a", "b");
        Report(pool, "a", 60);
        pool.Report(Find(pool, "b"), BackendErrorKind.RateLimited, TimeSpan.FromSeconds(5));
        time.Advance(TimeSpan.FromSeconds(5));
        Report(pool, "a", 1);
        time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(["b", "b"], Enumerable.Range(0, 2).Select(_ => Value(pool.Take())));
    }

    [Theory]
    [InlineData("sk-0123456789-abcdef", "bad [key 1 (…cdef)].")]
    [InlineData("a1b2c3d4e5f6", "bad [key 1].")]
    [InlineData("AbCdEfGhIjKlMnOpQrSt", "bad [key 1 (…QrSt)].")]
    public void Redact_KeyInText_IsReplacedByItsHint(string key, string expected) => Assert.Equal(expected, Create(key).Redact($"bad {key}."));

    [Theory]
    [InlineData("simulated")]
    [InlineData("EMPTY")]
    [InlineData("k")]
    [InlineData("no-key-is-needed-here")]
    [InlineData("abc123")]
    public void Redact_KeyThatIsAWordOrShort_LeavesTheTextAlone(string key) => Assert.Equal($"the {key} model is EMPTY", Create(key).Redact($"the {key} model is EMPTY"));

    [Fact]
    public void ToString_PoolAndKey_ShowNoKey()
    {
        var pool = Create("sk-0123456789-abcdef");

        Assert.Equal("1 key", pool.ToString());
        Assert.Equal("key 1 (…cdef)", pool.Take()!.ToString());
    }

    [Fact]
    public async Task Take_ManyThreads_UsesEveryKeyEqually()
    {
        var pool = Create("a", "b", "c", "d");
        var counts = new int[4];

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 1000; i++)
            {
                Interlocked.Increment(ref counts[Value(pool.Take())![0] - 'a']);
            }
        })));

        Assert.Equal([1000, 1000, 1000, 1000], counts);
    }

    private KeyPool Create(params string[] keys) => new(keys, time);

    private static string? Value(ApiKey? key) => key?.Present(string.Empty);

    private static bool Report(KeyPool pool, string key, double seconds) => pool.Report(Find(pool, key), BackendErrorKind.RateLimited, TimeSpan.FromSeconds(seconds));

    // Rests are found out by whoever was handed the key before; the pool itself lists none.
    private static ApiKey Find(KeyPool pool, string key)
    {
        if (!Handed.TryGetValue(pool, out var keys))
        {
            Handed.Add(pool, keys = []);
            for (var i = 0; i < pool.Count; i++)
            {
                var taken = pool.Take()!;
                keys[Value(taken)!] = taken;
            }
        }

        return keys[key];
    }

    private static readonly System.Runtime.CompilerServices.ConditionalWeakTable<KeyPool, Dictionary<string, ApiKey>> Handed = [];
}
