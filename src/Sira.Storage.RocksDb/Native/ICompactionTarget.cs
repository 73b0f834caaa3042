namespace Sira.Storage.RocksDb.Native;

/// <summary>Decides what compactions leave out.</summary>
internal interface ICompactionTarget
{
    /// <summary>Tells whether an entry is not needed any more. Called for every entry, on threads of RocksDB's.</summary>
    /// <param name="value">The entry's value.</param>
    bool IsOver(ReadOnlySpan<byte> value);
}
