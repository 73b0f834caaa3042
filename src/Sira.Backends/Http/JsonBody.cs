using System.Text.Json;

namespace Sira.Backends.Http;

/// <summary>A body that was read whole and parsed. Elements taken from it live as long as it does; what is kept must be cloned.</summary>
internal sealed class JsonBody(PooledBufferWriter buffer, JsonDocument document) : IDisposable
{
    public JsonElement Root => document.RootElement;

    public ReadOnlySpan<byte> Bytes => buffer.Written.Span;

    public void Dispose()
    {
        document.Dispose();
        buffer.Dispose();
    }
}
