using Sira.Storage.Changes;
using Sira.Storage.Codecs;
using Sira.Storage.Codecs.Compression;
using Sira.Storage.Codecs.Encryption;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Errors;
using Sira.Storage.Keys;
using Sira.Testing.Messaging;

namespace Sira.Storage.Tests.Codecs.Encryption;

/// <summary>A change feed that misses changes, fails and comes back leaves no key in memory that should have gone.</summary>
public sealed class FeedTests
{
    private static readonly CodecOptions Encrypted = CodecSetup.Options(ValueCompression.None, ValueEncryption.AesGcm);
    private static readonly StoreKey Key = new("notes", "a", "tenant");

    [Fact]
    public async Task Missed_DropsAllKeys()
    {
        await using var memory = new MemoryEngine();
        var feed = new ScriptedFeed();
        await using var engine = CodecSetup.Create(Encrypted, new WatchedEngine(memory) { Feed = feed });
        await engine.Store.PutAsync(Key, Texts.Bytes("1"));
        Assert.Equal(1, engine.CachedSubjects);

        feed.Current.Bring(new StoreChange(ChangeKind.Missed, default, default));

        await Eventually.HoldsAsync(() => engine.CachedSubjects == 0, "keys that are dropped");
        Assert.NotNull(await engine.Store.GetAsync(Key));
    }

    [Fact]
    public async Task Fails_KeysAreDropped_AndItIsSubscribedToAgain()
    {
        await using var memory = new MemoryEngine();
        var feed = new ScriptedFeed();
        await using var engine = CodecSetup.Create(Encrypted, new WatchedEngine(memory) { Feed = feed });
        await engine.Store.PutAsync(Key, Texts.Bytes("1"));

        feed.Current.Close();
        await Eventually.HoldsAsync(() => engine.CachedSubjects == 0, "keys that are dropped");
        Assert.NotNull(await engine.Store.GetAsync(Key));

        Assert.Equal(2, feed.Subscriptions);
        feed.Current.Bring(new StoreChange(ChangeKind.Put, DataKeyStore.Key(SubjectId.Of(new KeySubject("tenant")).RecordName), new Values.ETag(long.MaxValue)));
        await Eventually.HoldsAsync(() => engine.CachedSubjects == 0, "keys that are dropped");
    }

    [Fact]
    public async Task CannotBeSubscribedTo_NothingIsEncryptedWithoutIt()
    {
        await using var memory = new MemoryEngine();
        var feed = new ScriptedFeed { Fails = true };
        await using var engine = CodecSetup.Create(Encrypted, new WatchedEngine(memory) { Feed = feed });

        await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.PutAsync(Key, Texts.Bytes("1")));

        Assert.Null(await memory.Store.GetAsync(Key));
        feed.Fails = false;
        Assert.True((await engine.Store.PutAsync(Key, Texts.Bytes("1"))).IsDone);
    }

    [Fact]
    public async Task ChangesOfOthers_LeaveTheRestAlone()
    {
        await using var memory = new MemoryEngine();
        var feed = new ScriptedFeed();
        await using var engine = CodecSetup.Create(Encrypted, new WatchedEngine(memory) { Feed = feed });
        await engine.Store.PutAsync(Key, Texts.Bytes("1"));
        await engine.Store.PutAsync(Key with { Tenant = "other" }, Texts.Bytes("1"));

        feed.Current.Bring(new StoreChange(ChangeKind.Put, DataKeyStore.Key("kek/2026-11"), new Values.ETag(1)));
        feed.Current.Bring(new StoreChange(ChangeKind.Delete, DataKeyStore.Key(SubjectId.Of(new KeySubject("tenant")).RecordName), default));

        await Eventually.HoldsAsync(() => engine.CachedSubjects == 1, "keys that are dropped");
        Assert.NotNull(await engine.Store.GetAsync(Key with { Tenant = "other" }));
    }

    private sealed class ScriptedFeed : IChangeFeed
    {
        public ChangeQueue Current { get; private set; } = null!;

        public int Subscriptions { get; private set; }

        public bool Fails { get; set; }

        public ValueTask<IChangeSubscription> SubscribeAsync(StorePartition scope, CancellationToken cancellationToken = default)
        {
            Assert.Equal(new StorePartition(DataKeys.Namespace), scope);
            if (Fails)
            {
                throw new StorageException(StorageErrorKind.Unavailable, "memory", "The server is down.");
            }

            Subscriptions++;
            return ValueTask.FromResult<IChangeSubscription>(Current = new ChangeQueue(static _ => { }));
        }
    }
}
