using Sira.Session.Errors;
using Sira.Session.Events;
using Sira.Session.Subscriptions;
using Sira.Session.Tests.Support;
using Sira.Testing.Messaging;
using static Sira.Session.Tests.Support.TestSessions;

namespace Sira.Session.Tests.Subscriptions;

public class SubscriptionTests
{
    private static readonly SessionKey Key = new("chat");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ReadEventsAsync_Following_HearsOfEveryAppendInOrder(bool hasFeed)
    {
        await using var sessions = new TestSessions(hasFeed);
        var session = await sessions.Store.CreateAsync("chat");
        await session.AppendAsync([User("before")]);
        using var stop = new CancellationTokenSource();
        var heard = new List<long>();
        var reading = Task.Run(async () =>
        {
            await foreach (var item in (await sessions.Another().OpenAsync(Key)).ReadEventsAsync(1, follow: true, stop.Token))
            {
                lock (heard)
                {
                    heard.Add(item.Version);
                }
            }
        });

        for (var i = 0; i < 100; i++)
        {
            await session.AppendAsync([User($"{i}")]);
            if (i % 10 == 0)
            {
                var expected = i + 2;
                await Eventually.HoldsAsync(
                    () =>
                    {
                        // Without a feed it looks when its time has come, and with one it is told.
                        if (!hasFeed)
                        {
                            sessions.Time.Advance(sessions.Options.PollInterval);
                        }

                        lock (heard)
                        {
                            return heard.Count == expected;
                        }
                    },
                    $"event {expected}");
            }
        }

        await Eventually.HoldsAsync(
            () =>
            {
                sessions.Time.Advance(sessions.Options.PollInterval);
                lock (heard)
                {
                    return heard.Count == 101;
                }
            },
            "all events");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        Assert.Equal(Enumerable.Range(2, 101).Select(static version => (long)version), heard);
        await Eventually.HoldsAsync(() => sessions.Time.ActiveTimers == 0, "no timers left");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ReadEventsAsync_FollowingASessionThatIsErased_EndsWithNotFound(bool hasFeed)
    {
        await using var sessions = new TestSessions(hasFeed);
        var session = await sessions.Store.CreateAsync("chat");
        var heard = 0;
        var reading = Task.Run(async () =>
        {
            await foreach (var item in session.ReadEventsAsync(follow: true))
            {
                Interlocked.Increment(ref heard);
            }
        });
        await Eventually.HoldsAsync(() => Volatile.Read(ref heard) == 1 && sessions.Time.ActiveTimers == 1, "the first event");

        await sessions.Store.EraseAsync(Key);
        await Eventually.HoldsAsync(
            () =>
            {
                sessions.Time.Advance(TimeSpan.FromSeconds(10));
                return reading.IsCompleted;
            },
            "the end");

        await Assert.ThrowsAsync<SessionNotFoundException>(() => reading);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ReadEventsAsync_FeedThatFails_LooksByItself(bool failsAtOnce)
    {
        await using var sessions = new TestSessions();
        await using var feed = new BrokenFeed(failsAtOnce);
        sessions.Engine.Feed = feed;
        var session = await sessions.Store.CreateAsync("chat");
        using var stop = new CancellationTokenSource();
        var heard = 0;
        var reading = Task.Run(async () =>
        {
            await foreach (var item in session.ReadEventsAsync(follow: true, cancellationToken: stop.Token))
            {
                Interlocked.Increment(ref heard);
            }
        });
        await Eventually.HoldsAsync(() => Volatile.Read(ref heard) == 1, "the first event");
        feed.End();
        await session.AppendAsync([User("a")]);

        // One interval is enough once the loss is known; with the feed it would be twenty.
        await Eventually.HoldsAsync(
            () =>
            {
                if (sessions.Time.NextTimer is { } next && next <= sessions.Options.PollInterval)
                {
                    sessions.Time.Advance(next);
                }

                return Volatile.Read(ref heard) == 2;
            },
            "the second event");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    [Fact]
    public async Task ReadEventsAsync_AFork_IncludesWhatItShares()
    {
        await using var sessions = new TestSessions();
        var parent = await sessions.Store.CreateAsync("chat");
        await parent.AppendAsync([User("a"), User("b")]);
        var fork = await parent.ForkAsync(2);
        await fork.AppendAsync([User("c")]);

        var events = await fork.ReadEventsAsync().ToListAsync();

        Assert.Equal([1, 2, 3, 4], events.Select(static item => item.Version));
        Assert.IsType<SessionCreated>(events[0]);
        Assert.Equal(("chat", 2), (Assert.IsType<SessionForked>(events[2]).Parent, ((SessionForked)events[2]).ParentVersion));
        Assert.Equal("c", Assert.IsType<MessageAdded>(events[3]).Message.Message.Text);
        Assert.Equal([3, 4], (await fork.ReadEventsAsync(2).ToListAsync()).Select(static item => item.Version));
        Assert.Empty(await fork.ReadEventsAsync(4).ToListAsync());
    }

    [Fact]
    public async Task SubscribeAsync_AfterARestart_GoesOnBehindWhatWasAcknowledged()
    {
        await using var sessions = new TestSessions();
        var first = await sessions.Store.CreateAsync("first", "acme");
        await first.AppendAsync([User("a"), Assistant("b")]);
        var fork = await first.ForkAsync(2, "fork");
        await fork.AppendAsync([User("c")]);

        var subscription = await sessions.Store.SubscribeAsync("audit");
        var delivered = await subscription.ReadAsync(follow: false).ToListAsync();
        Assert.Equal([("first", 1), ("first", 2), ("first", 3), ("fork", 3), ("fork", 4)], delivered.Select(static item => (item.Key.Id, item.Event.Version)));
        Assert.All(delivered, static item => Assert.Equal("acme", item.Key.Tenant));
        await subscription.AcknowledgeAsync(delivered[2]);
        await subscription.AcknowledgeAsync(delivered[0]);

        var restarted = await sessions.Another().SubscribeAsync("audit");
        Assert.Equal(delivered[2].Position, restarted.Position);
        Assert.Equal(delivered.Skip(3).Select(static item => item.Position), (await restarted.ReadAsync(follow: false).ToListAsync()).Select(static item => item.Position));
        await Assert.ThrowsAsync<SubscriptionLostException>(() => subscription.AcknowledgeAsync(delivered[4]).AsTask());
        await restarted.AcknowledgeAsync(delivered[4]);
        Assert.Empty(await restarted.ReadAsync(follow: false).ToListAsync());
        Assert.Equal(5, (await (await sessions.Store.SubscribeAsync("another")).ReadAsync(follow: false).ToListAsync()).Count);
    }

    [Fact]
    public async Task AcknowledgeAsync_AnswerLost_IsMadeGoodByTheNext()
    {
        await using var sessions = new TestSessions();
        await (await sessions.Store.CreateAsync("chat")).AppendAsync([User("a")]);
        var subscription = await sessions.Store.SubscribeAsync("audit");
        var delivered = await subscription.ReadAsync(follow: false).ToListAsync();
        sessions.Engine.Arm(1, Fault.FailAfter);
        await Assert.ThrowsAsync<Storage.Errors.StorageException>(() => subscription.AcknowledgeAsync(delivered[0]).AsTask());

        await subscription.AcknowledgeAsync(delivered[1]);

        Assert.Equal(delivered[1].Position, (await sessions.Another().SubscribeAsync("audit")).Position);
    }

    [Fact]
    public async Task SubscribeAsync_Following_HearsOfNewSessions()
    {
        await using var sessions = new TestSessions();
        using var stop = new CancellationTokenSource();
        var subscription = await sessions.Store.SubscribeAsync("audit");
        var heard = new List<SessionDelivery>();
        var reading = Task.Run(async () =>
        {
            await foreach (var item in subscription.ReadAsync(cancellationToken: stop.Token))
            {
                heard.Add(item);
                await subscription.AcknowledgeAsync(item, CancellationToken.None);
            }
        });
        await (await sessions.Store.CreateAsync("chat")).AppendAsync([User("a")]);
        await Eventually.HoldsAsync(
            () =>
            {
                sessions.Time.Advance(sessions.Options.PollInterval);
                return Volatile.Read(ref heard).Count == 2;
            },
            "both events");

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }
}
