using System.Text;
using System.Threading.Channels;
using Sira.Storage.Redis.Client;

namespace Sira.Storage.Redis.Tests.Support;

/// <summary>Keeps what it hears.</summary>
internal sealed class ListListener : IRedisListener
{
    public const string Missed = "(missed)";
    public const string Closed = "(closed)";

    private readonly Channel<string> heard = Channel.CreateUnbounded<string>();

    public async Task<string> NextAsync() => await heard.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));

    public bool TryNext(out string? text) => heard.Reader.TryRead(out text);

    public void OnMessage(ReadOnlyMemory<byte> payload) => heard.Writer.TryWrite(Encoding.UTF8.GetString(payload.Span));

    public void OnMissed() => heard.Writer.TryWrite(Missed);

    public void OnClosed() => heard.Writer.TryWrite(Closed);
}
