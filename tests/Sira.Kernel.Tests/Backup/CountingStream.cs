namespace Sira.Kernel.Tests.Backup;

/// <summary>Tells of each write, and heeds cancellation.</summary>
internal sealed class CountingStream(Action onWrite) : MemoryStream
{
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        onWrite();
        cancellationToken.ThrowIfCancellationRequested();
        return base.WriteAsync(buffer, cancellationToken);
    }

    public override Task FlushAsync(CancellationToken cancellationToken)
    {
        onWrite();
        cancellationToken.ThrowIfCancellationRequested();
        return base.FlushAsync(cancellationToken);
    }
}
