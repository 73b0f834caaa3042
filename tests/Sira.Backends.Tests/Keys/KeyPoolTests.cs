using Sira.Backends.Keys;
using Sira.Errors;
using Sira.Kernel.Health;

namespace Sira.Backends.Tests.Keys;

public sealed class KeyPoolTests
{
    private readonly KeyFixture fixture = new();

    [Fact]
    public void Take_SeveralKeys_RotatesAmongThem()
    {
        Assert.Equal(["a", "b", "c", "a", "b"], KeyFixture.Use(fixture.Create("a", "b", "c", "b"), 5));
    }

    [Fact]
    public void Take_NoKeys_GivesNoneAndTakesWhateverBecomesOfIt()
    {
        var pool = fixture.Create();
        var lease = pool.Take();

        KeyPool.Succeed(lease);
        KeyPool.Release(lease);

        Assert.Null(lease.Key);
        Assert.False(pool.Fail(lease, BackendErrorKind.RateLimited, null));
        Assert.Empty(pool.GetStatus());
    }

    [Theory]
    [InlineData(BackendErrorKind.RateLimited, null, 5)]
    [InlineData(BackendErrorKind.RateLimited, 0.5, 0.5)]
    [InlineData(BackendErrorKind.RateLimited, 30d, 30)]
    [InlineData(BackendErrorKind.RateLimited, 3600d, 3600)]
    [InlineData(BackendErrorKind.QuotaExhausted, null, 300)]
    [InlineData(BackendErrorKind.QuotaExhausted, 20d, 300)]
    [InlineData(BackendErrorKind.QuotaExhausted, 7200d, 7200)]
    [InlineData(BackendErrorKind.Authentication, null, 600)]
    [InlineData(BackendErrorKind.Authentication, 1d, 600)]
    [InlineData(BackendErrorKind.Billing, null, 600)]
    public void Fail_TurnedAway_RestsAsLongAsItsKindAsks(BackendErrorKind kind, double? retryAfter, double rest)
    {
        var pool = fixture.Create("a", "b");

        Assert.True(KeyFixture.TurnAway(pool, "a", kind, retryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null));

        Assert.Equal(TimeSpan.FromSeconds(rest), pool.GetStatus()[0].RemainingBreak);
        fixture.Seconds(rest - 0.001);
        Assert.Equal(["b", "b"], KeyFixture.Use(pool, 2));
        fixture.Seconds(0.001);
        Assert.Contains("a", KeyFixture.Use(pool, 2));
    }

    [Fact]
    public void Fail_RetryAfterZero_DoesNotRest()
    {
        var pool = fixture.Create("a", "b");

        KeyFixture.TurnAway(pool, "a", retryAfter: TimeSpan.Zero);

        Assert.Equal(["b", "a"], KeyFixture.Use(pool, 2));
    }

    [Fact]
    public void Fail_ShorterRestWithinALongerOne_KeepsTheLonger()
    {
        var pool = fixture.Create("a");
        var first = pool.Take();
        var second = pool.Take();
        pool.Fail(first, BackendErrorKind.RateLimited, TimeSpan.FromSeconds(60));

        pool.Fail(second, BackendErrorKind.RateLimited, TimeSpan.FromSeconds(1));

        Assert.Equal(TimeSpan.FromSeconds(60), pool.GetStatus()[0].RemainingBreak);
        pool.Fail(pool.Take(), BackendErrorKind.RateLimited, TimeSpan.FromSeconds(90));
        Assert.Equal(TimeSpan.FromSeconds(90), pool.GetStatus()[0].RemainingBreak);
    }

    [Fact]
    public void Take_AllBroken_TakesTheOneThatIsDueFirst()
    {
        var pool = fixture.Create("a", "b", "c");
        KeyFixture.TurnAway(pool, "a", retryAfter: TimeSpan.FromSeconds(60));
        KeyFixture.TurnAway(pool, "b", retryAfter: TimeSpan.FromSeconds(10));
        Assert.False(KeyFixture.TurnAway(pool, "c", retryAfter: TimeSpan.FromSeconds(30)));

        Assert.Equal(["b", "b", "b"], KeyFixture.Use(pool, 3));
    }

    [Fact]
    public void Take_AllDead_StillGivesOne()
    {
        var pool = fixture.Create("a", "b");
        KeyFixture.TurnAway(pool, "a", BackendErrorKind.Authentication);
        fixture.Seconds(1);
        KeyFixture.TurnAway(pool, "b", BackendErrorKind.Billing);

        Assert.Equal(["a", "a"], KeyFixture.Use(pool, 2));
        Assert.All(pool.GetStatus(), static status => Assert.Equal(CircuitState.Open, status.State));
    }

    [Fact]
    public void Take_RestIsOver_LetsOneProbeThroughWhileTheOthersUseOtherKeys()
    {
        var pool = fixture.Create("a", "b", "c");
        KeyFixture.TurnAway(pool, "a", retryAfter: TimeSpan.FromSeconds(10));
        fixture.Seconds(10);

        var leases = Enumerable.Range(0, 6).Select(_ => pool.Take()).ToArray();

        var probe = Assert.Single(leases, static lease => KeyFixture.Value(lease) == "a");
        Assert.True(probe.Permit.IsProbe);
        Assert.Equal(CircuitState.HalfOpen, pool.GetStatus()[0].State);
        KeyPool.Succeed(probe);
        Assert.Equal(CircuitState.Closed, pool.GetStatus()[0].State);
        Assert.Equal(2, KeyFixture.Use(pool, 6).Count(static key => key == "a"));
    }

    [Fact]
    public void Take_OnlyKeyIsBeingProbed_IsUsedAllTheSame()
    {
        var pool = fixture.Create("a", "b");
        KeyFixture.TurnAway(pool, "b", BackendErrorKind.Authentication);
        KeyFixture.TurnAway(pool, "a");
        fixture.Seconds(5);
        var probe = pool.Take();

        var other = pool.Take();

        Assert.Equal(("a", true), (KeyFixture.Value(probe), probe.Permit.IsProbe));
        Assert.Equal(("a", false), (KeyFixture.Value(other), other.Permit.IsProbe));
    }

    [Fact]
    public void Release_Probe_GivesItsPlaceToTheNext()
    {
        var pool = fixture.Create("a");
        KeyFixture.TurnAway(pool, "a");
        fixture.Seconds(5);
        KeyPool.Release(pool.Take());

        Assert.True(pool.Take().Permit.IsProbe);
        Assert.Equal(CircuitState.HalfOpen, pool.GetStatus()[0].State);
    }

    [Fact]
    public void Fail_Probes_RestLongerEachTimeUntilOneSucceeds()
    {
        var pool = fixture.Create("a", "b");
        KeyFixture.TurnAway(pool, "a");
        var rests = new List<double>();
        for (var i = 0; i < 4; i++)
        {
            var rest = pool.GetStatus()[0].RemainingBreak;
            rests.Add(rest.TotalSeconds);
            fixture.Time.Advance(rest);
            KeyFixture.TurnAway(pool, "a");
        }

        Assert.Equal([5, 5, 10, 15], rests);
        fixture.Seconds(300);
        KeyFixture.Use(pool, 2);
        fixture.Seconds(60);
        KeyFixture.TurnAway(pool, "a");
        fixture.Seconds(5);
        KeyFixture.TurnAway(pool, "a");
        Assert.Equal(TimeSpan.FromSeconds(5), pool.GetStatus()[0].RemainingBreak);
    }

    [Fact]
    public void FailLate_KeyTurnedAwayWithinAnAnswer_RestsIt()
    {
        var pool = fixture.Create("a", "b");
        var lease = pool.Take();
        KeyPool.Succeed(lease);

        Assert.True(pool.FailLate(lease, BackendErrorKind.RateLimited, TimeSpan.FromSeconds(30)));

        Assert.Equal(["b", "b"], KeyFixture.Use(pool, 2));
        Assert.Equal(TimeSpan.FromSeconds(30), pool.GetStatus()[0].RemainingBreak);
    }

    [Fact]
    public void FailLate_ProbeThatHadSucceeded_RestsItAgain()
    {
        var pool = fixture.Create("a", "b");
        KeyFixture.TurnAway(pool, "a");
        fixture.Seconds(5);
        var lease = Enumerable.Range(0, 2).Select(_ => pool.Take()).Single(static taken => taken.Permit.IsProbe);
        KeyPool.Succeed(lease);

        pool.FailLate(lease, BackendErrorKind.RateLimited, TimeSpan.FromSeconds(20));

        Assert.Equal(new KeyStatus("key 1", CircuitState.Open, TimeSpan.FromSeconds(20)), pool.GetStatus()[0]);
    }

    [Theory]
    [InlineData("sk-0123456789-abcdef", "bad [key 1 (…cdef)].")]
    [InlineData("a1b2c3d4e5f6", "bad [key 1].")]
    [InlineData("AbCdEfGhIjKlMnOpQrSt", "bad [key 1 (…QrSt)].")]
    public void Redact_KeyInText_IsReplacedByItsHint(string key, string expected) => Assert.Equal(expected, fixture.Create(key).Redact($"bad {key}."));

    [Theory]
    [InlineData("simulated")]
    [InlineData("EMPTY")]
    [InlineData("k")]
    [InlineData("no-key-is-needed-here")]
    [InlineData("abc123")]
    public void Redact_KeyThatIsAWordOrShort_LeavesTheTextAlone(string key) => Assert.Equal($"the {key} model is EMPTY", fixture.Create(key).Redact($"the {key} model is EMPTY"));

    [Fact]
    public void ToString_PoolLeaseAndKey_ShowNoKey()
    {
        var pool = fixture.Create("sk-0123456789-abcdef");
        var lease = pool.Take();

        Assert.Equal("1 key", pool.ToString());
        Assert.Equal("key 1 (…cdef)", lease.Key!.ToString());
        Assert.DoesNotContain("0123456789", $"{lease} {pool.GetStatus()[0]}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Take_ManyThreads_UsesEveryKeyEqually()
    {
        var pool = fixture.Create("a", "b", "c", "d");
        var counts = new int[4];

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 1000; i++)
            {
                Interlocked.Increment(ref counts[KeyFixture.Value(pool.Take())![0] - 'a']);
            }
        })));

        Assert.Equal([1000, 1000, 1000, 1000], counts);
    }

    [Fact]
    public async Task Take_ManyThreadsWhenARestEnds_LetOneProbeThrough()
    {
        for (var round = 0; round < 50; round++)
        {
            var key = $"a{round}";
            var pool = fixture.Create(key, "b");
            KeyFixture.TurnAway(pool, key);
            fixture.Seconds(5);
            var probes = 0;

            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
            {
                for (var i = 0; i < 50; i++)
                {
                    if (KeyFixture.Value(pool.Take()) == key)
                    {
                        Interlocked.Increment(ref probes);
                    }
                }
            })));

            Assert.Equal(1, probes);
        }
    }
}
