namespace Sira.Storage.Codecs.Compression;

/// <summary>Contexts of zstd that wait for their next use. More are made when they are needed, and not kept.</summary>
internal sealed class ZstdContexts(Func<ZstdHandle> create) : IDisposable
{
    private readonly ZstdHandle?[] idle = new ZstdHandle?[Math.Clamp(Environment.ProcessorCount, 2, 32)];
    private volatile bool isClosed;

    public ZstdHandle Rent()
    {
        for (var i = 0; i < idle.Length; i++)
        {
            if (Interlocked.Exchange(ref idle[i], null) is { } found)
            {
                return found;
            }
        }

        return create();
    }

    public void Return(ZstdHandle context)
    {
        for (var i = 0; i < idle.Length; i++)
        {
            if (Interlocked.CompareExchange(ref idle[i], context, null) is null)
            {
                if (isClosed)
                {
                    Dispose();
                }

                return;
            }
        }

        context.Dispose();
    }

    public void Dispose()
    {
        isClosed = true;
        for (var i = 0; i < idle.Length; i++)
        {
            Interlocked.Exchange(ref idle[i], null)?.Dispose();
        }
    }
}
