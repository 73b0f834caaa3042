using System.Buffers.Binary;
using System.Text;
using Sira.Storage.Changes;
using Sira.Storage.Keys;
using Sira.Storage.Redis.Client;
using Sira.Storage.Values;

namespace Sira.Storage.Redis.Engine;

/// <summary>A subscription to the changes of a partition.</summary>
/// <remarks>A change is a letter for what was done, 8 bytes of tag, the highest first, and the name.</remarks>
internal sealed class RedisChangeSubscription : IChangeSubscription, IRedisListener
{
    private const int HeadLength = 9;

    private readonly StorePartition scope;
    private readonly ChangeQueue queue = new(static _ => { });
    private IAsyncDisposable? listening;
    private CancellationTokenRegistration closing;

    public RedisChangeSubscription(StorePartition scope) => this.scope = scope;

    /// <summary>Says what ends the listening, and when the engine ends.</summary>
    public void Begin(IAsyncDisposable listening, CancellationToken closing)
    {
        this.listening = listening;
        this.closing = closing.UnsafeRegister(static queue => ((ChangeQueue)queue!).Close(), queue);
    }

    public void OnMessage(ReadOnlyMemory<byte> payload)
    {
        var bytes = payload.Span;
        ChangeKind? kind = bytes.Length <= HeadLength ? null : bytes[0] switch
        {
            (byte)'p' => ChangeKind.Put,
            (byte)'d' => ChangeKind.Delete,
            (byte)'a' => ChangeKind.Append,
            _ => null,
        };
        if (kind is not { } known)
        {
            // Somebody else's message on our channel, or a newer version's: something may have changed.
            OnMissed();
            return;
        }

        var tag = BinaryPrimitives.ReadInt64BigEndian(bytes[1..]);
        queue.Bring(new StoreChange(known, scope.Key(Encoding.UTF8.GetString(bytes[HeadLength..])), tag > 0 ? new ETag(tag) : ETag.None));
    }

    public void OnMissed() => queue.Bring(new StoreChange(ChangeKind.Missed, default, default));

    public void OnClosed() => queue.Close();

    public IAsyncEnumerator<StoreChange> GetAsyncEnumerator(CancellationToken cancellationToken = default) => queue.GetAsyncEnumerator(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        queue.Close();
        await closing.DisposeAsync().ConfigureAwait(false);
        if (listening is not null)
        {
            await listening.DisposeAsync().ConfigureAwait(false);
        }
    }
}
