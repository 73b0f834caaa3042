using Sira.Storage.RocksDb.Layout;
using Sira.Storage.RocksDb.Native;

namespace Sira.Storage.RocksDb.Opening;

/// <summary>Lets compactions leave out values whose time is over. Readers do not see them anyhow; this frees their room.</summary>
internal sealed class ExpiryReclaim(TimeProvider time) : ICompactionTarget
{
    public bool IsOver(ReadOnlySpan<byte> value) => value.Length >= ValueRecord.HeaderSize && ValueRecord.IsOver(value, time.GetUtcNow().UtcTicks);
}
